import { defaultsOf } from '../defaults.ts'
import type { BoardFile } from '../file.ts'
import type { RecordId } from '../ids.ts'
import { isList, isObject, type Json, readWords } from '../json.ts'
import type { Point } from '../methods/method.ts'
import { readPictureSource } from '../pictures.ts'
import type { Box } from '../room.ts'

/** A drawing that holds words or a picture: what other programs can make something of. Strokes, lines and films are left out. */
export interface Scribble extends Box {
  readonly id: string
  readonly is: 'note' | 'text' | 'shape' | 'frame' | 'picture'
  readonly words: string
  /** tldraw's name of its colour. */
  readonly color: string
  /** What it is inside of; empty on the board itself. */
  readonly in: string
  /** The picture's type and its address, which holds it, where the file does. */
  readonly picture?: { readonly type: string; readonly data: string }
}

const kinds: Readonly<Record<string, Scribble['is']>> = { note: 'note', text: 'text', geo: 'shape', frame: 'frame', image: 'picture' }

/** The side of a sticky note, in board units. */
const noteSide = 200
/** Height of a line of tldraw's own texts by size, and about how wide one of its letters is. */
const lines: Readonly<Record<string, number>> = { s: 24, m: 32, l: 48, xl: 59 }
const letter = 0.45

/** Reads tldraw's own shapes tolerantly, by what the file says and the defaults that belong to it. */
export function scribblesIn(file: BoardFile, corner: (place: Point & { readonly parent: RecordId | '' }) => Point): Scribble[] {
  const pictures = new Map(file.drawings.filter(({ type }) => type === 'asset').map(({ id, props }) => [id, props]))
  const data = new Map((file.assets ?? []).map(asset => [asset.id, asset]))
  const found: (Scribble & { readonly z: string })[] = []
  for (const { id, type, x, y, z = '', in: parent = '', props } of file.drawings) {
    const is = Object.hasOwn(kinds, type) ? kinds[type] : undefined
    if (!is || x === undefined || y === undefined) continue
    const says = { ...defaultsOf(type), ...props }
    const words = is === 'frame' ? readWords(says['name']) : is === 'picture' ? readWords(says['altText']) : plainText(says['richText'])
    if (words.trim() === '' && is !== 'frame' && is !== 'picture') continue
    const hash = is === 'picture' ? readPictureSource(pictures.get(readWords(says['assetId']))?.['src']) : undefined
    const asset = hash && data.get(hash)
    found.push({ id, is, words, z, in: parent, color: readWords(says['color']) || 'black', ...corner({ x, y, parent: parent as RecordId | '' }), ...sizeOf(is, says, words), ...(asset?.data !== undefined && { picture: { type: asset.type ?? '', data: asset.data } }) })
  }
  return found.sort((a, b) => (a.z < b.z ? -1 : a.z > b.z ? 1 : a.id < b.id ? -1 : 1)).map(({ z: _z, ...scribble }) => scribble)
}

const number = (value: Json | undefined, otherwise: number): number => (typeof value === 'number' && value >= 1 && value <= 1e5 ? value : otherwise)

function sizeOf(is: Scribble['is'], says: Readonly<Record<string, Json>>, words: string): { w: number; h: number } {
  const scale = typeof says['scale'] === 'number' && says['scale'] > 0 && says['scale'] <= 100 ? says['scale'] : 1
  const grown = typeof says['growY'] === 'number' && says['growY'] > 0 && says['growY'] <= 1e5 ? says['growY'] : 0
  if (is === 'note') return { w: noteSide * scale, h: (noteSide + grown) * scale }
  if (is === 'text') {
    const size = readWords(says['size'])
    const line = (Object.hasOwn(lines, size) ? (lines[size] as number) : 32) * scale
    const rows = words.split('\n')
    const w = says['autoSize'] === false ? number(says['w'], 200) * scale : rows.reduce((most, row) => Math.max(most, row.length), 0) * letter * line + line
    return { w, h: rows.reduce((sum, row) => sum + Math.max(1, Math.ceil((row.length * letter * line) / w)), 0) * line }
  }
  return { w: number(says['w'], 100), h: number(says['h'], 100) + grown }
}

/** The words of a text as tldraw stores it: a tree of paragraphs. Deeper than any text is read as empty. */
export function plainText(node: Json | undefined, depth = 24): string {
  if (!isObject(node) || depth === 0) return ''
  if (typeof node['text'] === 'string') return node['text'].slice(0, 20_000)
  if (node['type'] === 'hardBreak') return '\n'
  const parts = isList(node['content']) ? node['content'].map(each => plainText(each, depth - 1)) : []
  const isText = isList(node['content']) && node['content'].every(each => isObject(each) && (each['type'] === 'text' || each['type'] === 'hardBreak'))
  return parts.join(isText ? '' : '\n')
}
