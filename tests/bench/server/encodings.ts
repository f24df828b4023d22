import * as Y from 'yjs'
import { createRecord, packPlace, readBoard, recordsOf } from '../../../shared/board.ts'
import type { Json } from '../../../shared/json.ts'

/** How a card lies in a Yjs document. */
export interface Encoding {
  add(doc: Y.Doc, id: string, x: number, y: number): void
  /** One more position: what a drag writes again and again. */
  place(doc: Y.Doc, id: string, x: number, y: number): void
  cards(doc: Y.Doc): ReadonlyMap<string, { readonly x: number; readonly y: number }>
}

const text = 'Small groups publish what large ones will not'
const placeAt = (x: number, y: number): Json => packPlace({ parent: '', index: 'a1', x, y, rotation: 0 })

/** Ours: sparse, and a place is one key. */
export const sparse: Encoding = {
  add: (doc, id, x, y) => createRecord(recordsOf(doc), id, new Map<string, Json>(Object.entries({ type: 'card', kind: 'consequence', text, place: placeAt(x, y), by: 'p1', at: 1_790_000_000 }))),
  place: (doc, id, x, y) => void recordsOf(doc).get(id)!.set('place', placeAt(x, y)),
  cards: doc => new Map([...readBoard(doc).cards].map(([id, { place }]) => [id, place])),
}

/** What one writes first: a map with every field of tldraw's note, the text apart so that letters merge, x and y as two keys. */
export const everyField: Encoding = {
  add(doc, id, x, y) {
    const card = new Y.Map<unknown>()
    const fields = {
      id: `shape:${id}`, typeName: 'shape', type: 'note', parentId: 'page:page', index: 'a1', x, y, rotation: 0, isLocked: false, opacity: 1, meta: {},
      kind: 'consequence', by: 'p1', at: 1_790_000_000, color: 'yellow', labelColor: 'black', size: 'm', font: 'draw', fontSizeAdjustment: 0, align: 'middle', verticalAlign: 'middle',
      growY: 0, url: '', scale: 1, w: 200, h: 88,
    }
    for (const [name, value] of Object.entries(fields)) card.set(name, value)
    card.set('text', new Y.Text(text))
    recordsOf(doc).set(id, card)
  },
  place(doc, id, x, y) {
    doc.transact(() => {
      const card = recordsOf(doc).get(id)!
      card.set('x', x)
      card.set('y', y)
    })
  },
  cards: doc => new Map([...recordsOf(doc)].map(([id, card]) => [id, { x: Number(card.get('x')), y: Number(card.get('y')) }])),
}
