import { createHash } from 'node:crypto'
import * as Y from 'yjs'
import { expect, test } from 'vitest'
import { createRecord, type Flat, key, packPlace, readBoard, readPlace, recordsOf, reservedNames, writeMeta } from '../shared/board.ts'
import { cardFields, kinds } from '../shared/cards/index.ts'
import { defaultsOf, drawingTypes } from '../shared/defaults.ts'
import { newId } from '../shared/ids.ts'
import type { Json } from '../shared/json.ts'
import { methods } from '../shared/methods/index.ts'
import { relations } from '../shared/relations.ts'
import { random } from './support/random.ts'
import { moveFrame } from './support/wire.ts'

const flat = (values: Record<string, Json>): Flat => new Map(Object.entries(values))

test('[B1] the stored names and bytes of a board never change', () => {
  // If this fails, boards that exist would read differently. Put the names back, or raise FORMAT and migrate.
  const doc = new Y.Doc()
  doc.clientID = 1
  doc.transact(() => {
    writeMeta(doc, { format: 1, title: 'T', focus: 'F', today: '2026-11-23', horizon: '2040', sectors: ['Academia'] })
    const records = recordsOf(doc)
    const place = packPlace({ parent: '', index: 'a1', x: 10.06, y: -3, rotation: 0.1 })
    createRecord(records, 'card', flat({ type: 'card', kind: 'signal', place, text: 'Hi', seen: '2026-03', by: 'ana', at: 1_800_000_000, edited: ['ben', 1_800_000_001] }))
    createRecord(records, 'wheel', flat({ type: 'wheel', place, rings: 4, w: 2000 }))
    createRecord(records, 'rel', flat({ type: 'arrow', place, kind: 'leads', sign: '-', from: 'card', to: 'wheel' }))
  })
  expect(createHash('sha256').update(Y.encodeStateAsUpdate(doc)).digest('hex').slice(0, 32)).toBe('5a6cb5d9e7f29daedd811dc81f5e0092')
})

test('[B1] … nor those of how people are told of and of what only a newer version knows', () => {
  const doc = new Y.Doc()
  doc.clientID = 1
  doc.transact(() => writeMeta(doc, { provenance: 'sector', newer: { board: { consent: true }, file: { stages: [1] }, people: { ana: { joined: 'early' } } } }))
  expect(createHash('sha256').update(Y.encodeStateAsUpdate(doc)).digest('hex').slice(0, 32)).toBe('cb5f7107f40985b55cc74bcbe7d24b28')
})

test('[B2] stored names of kinds, fields, relations and structures only ever grow', () => {
  expect(Object.keys(kinds)).toEqual(expect.arrayContaining('signal driver change consequence vision milestone obstacle action question stakeholder value note'.split(' ')))
  expect(Object.keys(cardFields)).toEqual(expect.arrayContaining(['steep', 'source', 'seen', 'date', 'actor', 'sector']))
  expect(Object.keys(relations)).toEqual(expect.arrayContaining(['leads', 'enables', 'blocks', 'requires', 'tension', 'informs']))
  expect(Object.keys(methods)).toEqual(expect.arrayContaining(['wheel', 'timeline', 'tension', 'grid']))
})

test('[B3] defaults belong to the file format and never change', () => {
  const all = ['card', ...Object.keys(methods), ...drawingTypes].sort().map(type => [type, defaultsOf(type)])
  expect(createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 32)).toBe('346edba651b22da9948d598b950f9530')
})

test('[B4] a field never takes a name a record uses for itself, and means the same in every kind', () => {
  const seen = new Map<string, string>()
  for (const kind of Object.values(kinds)) {
    for (const [name, field] of Object.entries(kind.fields)) {
      expect(reservedNames).not.toContain(name)
      expect(seen.get(name) ?? JSON.stringify(field)).toBe(JSON.stringify(field))
      seen.set(name, JSON.stringify(field))
    }
  }
})

test('[B5] a place keeps an eighth of a unit and refuses what would break a canvas', () => {
  const place = { parent: '', index: 'a1', x: 1 / 3, y: -0, rotation: 0 } as const
  expect(readPlace(packPlace(place))).toEqual({ ...place, x: 0.375, y: 0 })
  for (const bad of [null, 'x', [], ['', 'a1', Number.NaN, 0, 0], ['', 'a1', 1e300, 0, 0], ['', '!!', 0, 0, 0], [5, 'a1', 0, 0, 0], ['a b', 'a1', 0, 0, 0]]) {
    expect(readPlace(bad as Json)).toBeUndefined()
  }
})

const person = 'p7Kd02mQ'

/** A board of `n` cards as people make them: about 50 letters of text, provenance, a field on every second one. */
function boardOf(n: number, seed: number): Y.Doc {
  const pick = random(seed)
  const doc = new Y.Doc()
  doc.clientID = pick(2 ** 32)
  const words = 'public compute opens to small groups while rules for release settle slowly in the open'.split(' ')
  doc.transact(() => {
    for (let i = 0; i < n; i++) {
      const text = Array.from({ length: 8 }, () => words[pick(words.length)]).join(' ')
      const place = packPlace({ parent: '', index: `a${i.toString(36)}V`, x: pick(8e5) / 8, y: pick(8e5) / 8, rotation: 0 })
      createRecord(recordsOf(doc), newId(), flat({ type: 'card', kind: 'consequence', place, text, by: person, at: 1_800_000_000 + i, ...(i % 2 && { steep: ['economic'] }) }))
    }
  })
  return doc
}

test('[B6] 10,000 cards take at most 3 MB', () => {
  const bytes = Y.encodeStateAsUpdate(boardOf(10_000, 6)).length
  expect(bytes).toBeLessThanOrEqual(3_000_000)
  expect(bytes).toBeGreaterThan(1_000_000)
})

test('[B7] one step of a drag is at most 80 bytes on the wire, inside a structure too', () => {
  const doc = boardOf(1000, 7)
  const records = recordsOf(doc)
  const id = [...records.keys()][500] as string
  const parent = newId()
  let longest = 0
  for (let step = 0; step < 200; step++) {
    longest = Math.max(longest, moveFrame(doc, () => records.get(id)?.set(key.place, packPlace({ parent, index: 'a5Vn3kQ', x: 812.3 + step * 3.7, y: -4077.9 - step * 1.3, rotation: 0 }))))
  }
  expect(longest).toBeLessThanOrEqual(80)
})

test('[B8] a write keeps at most 6 bytes after garbage collection', () => {
  const pick = random(8)
  const doc = boardOf(1_000, 8)
  const ids = [...recordsOf(doc).keys()]
  const before = Y.encodeStateAsUpdate(doc).length
  const clients = Array.from({ length: 20 }, () => pick(2 ** 32))
  const writes = 20_000
  const move = (id: string) => recordsOf(doc).get(id)?.set(key.place, packPlace({ parent: '', index: 'a5V', x: pick(8e5) / 8, y: pick(8e5) / 8, rotation: 0 }))
  // Half are single moves of any card by anybody; half belong to drags of 30 steps by one person, while the others write too.
  for (let done = 0; done < writes; ) {
    const dragged = ids[pick(ids.length)] as string
    const dragger = clients[pick(20)] as number
    for (let step = 0; step < 30; step++, done += 2) {
      doc.clientID = dragger
      move(dragged)
      doc.clientID = clients[pick(20)] as number
      move(ids[pick(ids.length)] as string)
    }
  }
  const kept = new Y.Doc()
  Y.applyUpdate(kept, Y.encodeStateAsUpdate(doc))
  expect((Y.encodeStateAsUpdate(kept).length - before) / writes).toBeLessThanOrEqual(6)
  expect(readBoard(kept).cards.size).toBe(1_000)
})
