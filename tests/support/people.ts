import * as Y from 'yjs'
import { type Card, changeRecord, createRecord, key, packPlace, readBoard, recordsOf, type Relation } from '../../shared/board.ts'
import type { RecordId } from '../../shared/ids.ts'
import type { Json } from '../../shared/json.ts'

/** Somebody with a copy of a board, who edits it and meets others by hand. */
export interface Someone {
  readonly doc: Y.Doc
  /** A card; inside a structure when `parent` names one. */
  add(id: string, kind: string, values?: Record<string, Json>, parent?: string): void
  /** A structure. */
  place(id: string, type: string, values?: Record<string, Json>): void
  relate(id: string, from: string, to: string, values?: Record<string, Json>): void
  edit(id: string, values: Record<string, Json | undefined>): void
  write(id: string, text: string): void
  remove(id: string): void
  card(id: string): Card | undefined
  relation(id: string): Relation | undefined
}

export function someone(clientID?: number): Someone {
  const doc = new Y.Doc()
  if (clientID !== undefined) doc.clientID = clientID
  const records = recordsOf(doc)
  const placeIn = (parent: string) => packPlace({ parent: parent as RecordId, index: 'a1', x: 0, y: 0, rotation: 0 })
  const place = placeIn('')
  const edit = (id: string, values: Record<string, Json | undefined>) =>
    doc.transact(() => {
      const record = records.get(id)
      if (record) for (const [name, value] of Object.entries(values)) changeRecord(record, name, value)
    })
  return {
    doc,
    edit,
    add: (id, kind, { text = '', ...values } = {}, parent = '') =>
      doc.transact(() => createRecord(records, id, new Map<string, Json>(Object.entries({ type: 'card', kind, place: placeIn(parent), text, ...values })))),
    place: (id, type, values = {}) => doc.transact(() => createRecord(records, id, new Map<string, Json>(Object.entries({ type, place, ...values })))),
    relate: (id, from, to, values = {}) =>
      doc.transact(() => createRecord(records, id, new Map<string, Json>(Object.entries({ type: 'arrow', place, from, to, ...values })))),
    write: (id, text) => edit(id, { [key.text]: text }),
    remove: id => records.delete(id),
    card: id => readBoard(doc).cards.get(id as RecordId),
    relation: id => readBoard(doc).relations.get(id as RecordId),
  }
}

/** Exchanges everything, in both directions. */
export function meet(a: Y.Doc, b: Y.Doc): void {
  const forB = Y.encodeStateAsUpdate(a, Y.encodeStateVector(b))
  const forA = Y.encodeStateAsUpdate(b, Y.encodeStateVector(a))
  Y.applyUpdate(b, forB)
  Y.applyUpdate(a, forA)
}

export function twoPeople(): { ana: Someone; ben: Someone; meet: () => void } {
  const ana = someone(1)
  const ben = someone(2)
  return { ana, ben, meet: () => meet(ana.doc, ben.doc) }
}
