import * as Y from 'yjs'
import { readBoard } from '../board.ts'
import { defaultsOf } from '../defaults.ts'
import type { BoardFile } from '../file.ts'
import { seedDocument } from '../file-in.ts'
import { partOf } from '../part.ts'
import { type Preview, previewOf } from '../preview.ts'
import type { Box } from '../room.ts'

/** A file in small, with what is drawn in it as boxes: what stands in a frame is shown where it is seen. */
export function previewOfFile(file: BoardFile): Preview {
  const doc = new Y.Doc()
  // A part without its frames stands where it was seen, and so do the frames by themselves.
  seedDocument(doc, file.drawings.length ? partOf(file, new Set([...file.structures, ...file.relations, ...file.cards].map(({ id }) => id))) : file)
  const preview = previewOf(readBoard(doc), boxesOf(file))
  doc.destroy()
  return preview
}

/** Drawings that say how large they are, where they stand on the board. */
function boxesOf({ drawings }: BoardFile): Box[] {
  const byId = new Map(drawings.map(drawing => [drawing.id, drawing]))
  return drawings.flatMap(({ type, x, y, props, in: inside }) => {
    const { w, h } = { ...defaultsOf(type), ...props } as Record<string, unknown>
    if (type === 'asset' || type === 'arrow' || typeof w !== 'number' || typeof h !== 'number' || x === undefined || y === undefined) return []
    let at = { x, y }
    for (let outer = byId.get(inside ?? ''), depth = 0; outer && depth < 16; outer = byId.get(outer.in ?? ''), depth++) at = { x: at.x + (outer.x ?? 0), y: at.y + (outer.y ?? 0) }
    return [{ ...at, w, h }]
  })
}
