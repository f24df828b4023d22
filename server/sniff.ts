import type { PictureType } from '../shared/pictures.ts'

type Head = Buffer

const ascii = (head: Head, from: number, to: number): string => head.toString('latin1', from, to)

/** What comes before `<svg` in a drawing: a declaration, comments, a document type. */
function isSvg(head: Head): boolean {
  let rest = head.toString('utf8').replace(/^\uFEFF/, '').trimStart()
  for (;;) {
    const end = rest.startsWith('<?') ? '?>' : rest.startsWith('<!--') ? '-->' : /^<!DOCTYPE\s+svg/i.test(rest) ? (/^[^>[]*\[/.test(rest) ? ']>' : '>') : undefined
    if (end === undefined) return /^<svg[\s>/]/.test(rest)
    const at = rest.indexOf(end)
    if (at < 0) return false
    rest = rest.slice(at + end.length).trimStart()
  }
}

const isAvif = (head: Head): boolean => {
  // A box of file types: which one it is, and which others it can be read as.
  const brands = ascii(head, 8, Math.min(head.length, head.length < 4 ? 0 : head.readUInt32BE(0), 64))
  return ascii(head, 4, 8) === 'ftyp' && /^(?:.{4})*?(?:avif|avis)/s.test(brands)
}

/** Each kind of picture by its first bytes. */
const signs = {
  'image/png': head => head.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')),
  'image/jpeg': head => head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])),
  'image/gif': head => /^GIF8[79]a/.test(ascii(head, 0, 6)),
  'image/webp': head => ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP',
  'image/avif': isAvif,
  'image/svg+xml': isSvg,
} as const satisfies Record<PictureType, (head: Head) => boolean>

/** What a picture is by its first bytes, whatever its sender says; nothing where it is none that boards show. */
export const sniff = (head: Head): PictureType | undefined => (Object.keys(signs) as PictureType[]).find(type => signs[type](head))
