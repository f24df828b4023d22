import { createHash } from 'node:crypto'
import * as Y from 'yjs'
import { expect, test } from 'vitest'
import type { RecordId } from '../shared/ids.ts'
import { readSession, writeRings } from '../shared/session.ts'

const wheel = 'wheel' as RecordId

test('[B1] the stored names and bytes of a session never change', () => {
  // If this fails, sessions that exist would read differently. Put the names back.
  const doc = new Y.Doc()
  doc.clientID = 1
  writeRings(doc, wheel, 2)
  expect(doc.getMap('rings').toJSON()).toEqual({ wheel: 2 })
  expect(createHash('sha256').update(Y.encodeStateAsUpdate(doc)).digest('hex').slice(0, 32)).toBe('18f7bccea74d48b762b036bea93b8144')
})

test('[S12] rings open and close by wheel, and what is the same is not written again', () => {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  writeRings(doc, wheel, 1)
  writeRings(doc, wheel, 1)
  writeRings(doc, 'other' as RecordId, 9)
  expect([...readSession(doc).rings]).toEqual([['wheel', 1], ['other', 9]])
  writeRings(doc, wheel, undefined)
  writeRings(doc, wheel, undefined)
  expect([...readSession(doc).rings]).toEqual([['other', 9]])
  expect(updates).toHaveLength(3)
  for (const bad of [0, 10, 1.5, Number.NaN]) expect(() => writeRings(doc, wheel, bad)).toThrow(/cannot have/)
})

test('[S12] what makes no sense in a session is left out, and hides nothing else', () => {
  const doc = new Y.Doc()
  const rings = doc.getMap('rings')
  for (const [name, value] of Object.entries({ none: 0, many: 10, half: 1.5, word: '3', list: [3], 'no id': 3, fine: 3 })) rings.set(name, value)
  rings.set('nested', new Y.Map())
  expect([...readSession(doc).rings]).toEqual([['fine', 3]])
})
