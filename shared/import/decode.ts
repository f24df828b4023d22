import { ImportError, quoted } from './imported.ts'

/** A file's text, and a sentence where its letters had to be guessed. */
export interface Decoded {
  readonly text: string
  readonly warning?: string
}

/** What a file is by its first bytes, where it is certainly no text. */
const signs: readonly (readonly [string, readonly number[]])[] = [
  ['a PNG picture', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG picture', [0xff, 0xd8, 0xff]],
  ['a GIF picture', [0x47, 0x49, 0x46, 0x38]],
  ['a WebP picture, a sound or a film', [0x52, 0x49, 0x46, 0x46]],
  ['a PDF', [0x25, 0x50, 0x44, 0x46]],
  ['an Excel file, or another ZIP archive. Save the sheet as CSV and open that', [0x50, 0x4b, 0x03, 0x04]],
  ['an old Excel or Word file. Save it as CSV and open that', [0xd0, 0xcf, 0x11, 0xe0]],
  ['a compressed archive', [0x1f, 0x8b]],
  ['a database', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65]],
]

/**
 * The text behind a file's bytes: UTF-8, UTF-16 where a byte order mark says so, and Windows-1252, which old spreadsheets write,
 * where it is neither. Throws an ImportError for what is no text at all.
 */
export function decode(bytes: Uint8Array, name: string): Decoded {
  const sign = signs.find(([, start]) => start.every((byte, i) => bytes[i] === byte))
  if (sign) throw new ImportError(`${quoted(name)} is ${sign[0]}. A board opens from a board file (.json), a tldraw file (.tldr), a table (.csv or .tsv) or a JSON Canvas (.canvas).`)
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined
  if (marked) return { text: new TextDecoder(marked).decode(bytes) }
  // Any text holds them so rarely that a few say: these are no letters.
  if (bytes.subarray(0, 4_096).filter(byte => byte === 0).length > 2) throw new ImportError(`${quoted(name)} holds no text that can be read. If it is a table, save it as CSV in UTF-8 and open it again.`)
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    // Not UTF-8; every sequence of bytes means something in Windows-1252.
    return { text: new TextDecoder('windows-1252').decode(bytes), warning: `${quoted(name)} is not written in UTF-8. It was read as Windows-1252: look whether letters such as é, ü and € are right.` }
  }
}
