import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { expect, test } from 'vitest'
import { contentsIn, contentsOf } from '../shared/board.ts'
import { exportNames } from '../shared/export/formats.ts'
import { readFile } from '../shared/export/reading.ts'
import { writers } from '../shared/export/writers.ts'
import { type BoardFile, parseBoardFile } from '../shared/file.ts'
import { printBoardFile, toBoardFile, toFile } from '../shared/file-out.ts'
import { seedDocument } from '../shared/file-in.ts'
import { compactUpdates } from '../server/log/compact.ts'
import { rootsOf } from '../server/log-reader/roots.ts'
import { storedContents } from '../server/documents.ts'
import type { DocId } from '../server/storage/log.ts'
import type { BoardId } from '../shared/ids.ts'
import { randomFile } from './support/boards.ts'
import { history } from './support/history.ts'
import { peopleAtWork } from '../shared/people.ts'
import { random, runSeed } from './support/random.ts'
import { memoryLog } from './support/room.ts'
import { patience, times } from './support/scale.ts'

/* A log read without a document says what the document says. */

type Read = Record<string, unknown>

function documentOf(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  return doc
}

/** What a document's map holds, as far as a board is made of it: values, records in a root, texts in a record. */
function said(map: Y.Map<unknown>, inRecord = false): Read {
  const values: Read = {}
  for (const [name, value] of map.entries()) {
    const read = value instanceof Y.AbstractType ? (inRecord && value instanceof Y.Text ? value.toString() : !inRecord && value instanceof Y.Map ? said(value, true) : undefined) : value
    if (read !== undefined) values[name] = read
  }
  return values
}

const plain = (value: unknown): unknown => (value instanceof Map ? Object.fromEntries(Array.from(value, ([name, inner]) => [name, plain(inner)])) : value)

function sameAsYjs(updates: readonly Uint8Array[], why: unknown): void {
  const roots = rootsOf(updates)
  expect([why, roots]).toEqual([why, expect.anything()])
  const doc = documentOf(updates)
  for (const root of ['records', 'meta']) expect([why, root, plain(roots!.get(root) ?? new Map())]).toEqual([why, root, said(doc.getMap(root))])
}

test(`[K12] ${times(700)} histories read off their log, folded or not, say what their documents say`, { timeout: patience(60_000) }, () => {
  const pick = random(runSeed)
  for (let round = 0; round < times(700); round++) {
    const { updates, end } = history(pick, { edits: 20 + pick(60), records: 1 + pick(4), apart: 1 + pick(12) })
    const whole = Y.encodeStateAsUpdate(end)
    const why = [runSeed, round]
    sameAsYjs(updates, why)
    sameAsYjs([whole], why)
    sameAsYjs([Y.mergeUpdates(updates)], why)
    // What came twice is there once.
    sameAsYjs([...updates, whole], why)
    const some = pick(updates.length)
    if (some > 0) sameAsYjs([compactUpdates('canvas', { updates: updates.slice(0, some) })!.snapshot, ...updates.slice(pick(some + 1))], why)
  }
})

test('[K12] a board with everything on it, changed by people, leaves its log as the same file', () => {
  for (const seed of [1, 2, 3]) {
    const pick = random(runSeed + seed)
    const made = new Y.Doc()
    seedDocument(made, randomFile(runSeed + seed, { cards: 130, hostile: seed === 1 }))
    const ana = documentOf([Y.encodeStateAsUpdate(made)])
    const log = [Y.encodeStateAsUpdate(made)]
    ana.on('update', (update: Uint8Array) => log.push(update))
    const records = ana.getMap<Y.Map<unknown>>('records')
    for (let i = 0; i < 300; i++) {
      const record = records.get(`c${pick(130)}`)
      const text = record?.get('text')
      if (!(text instanceof Y.Text)) continue
      if (pick(20) === 0) records.delete(`c${pick(130)}`)
      else if (pick(3) === 0) record!.set('place', ['', 'a1', pick(1_000), pick(1_000), 0])
      else if (pick(2) === 0) record!.set(`valence.person${pick(12)}`, pick(7) - 3)
      else text.insert(pick(text.length + 1), 'a few words')
    }
    const when = new Date(0)
    const { file, board } = toFile(contentsIn(root => rootsOf(log)!.get(root)!), { people: () => [], exported: when })
    expect(log.length).toBeGreaterThan(100)
    expect(printBoardFile(file)).toBe(printBoardFile(toBoardFile(ana, [], when)))
    // Other formats are written from the board it was read as; the file, opened again, says the same.
    const checked = parseBoardFile(JSON.parse(printBoardFile(file)))
    for (const name of exportNames) expect([seed, name, writers[name](readFile(file as unknown as BoardFile, { board }))]).toEqual([seed, name, writers[name](readFile(checked))])
  }
})

const oddities: readonly (readonly [what: string, make: (record: Y.Map<unknown>, text: Y.Text) => void])[] = [
  ['bold letters', (_, text) => text.format(0, 2, { bold: true })],
  ['something set in a text', (_, text) => text.insertEmbed(0, { an: 'embed' })],
  ['bytes', record => record.set('bytes', Uint8Array.of(1, 2))],
  ['an element of XML', record => record.set('xml', new Y.XmlElement('p'))],
  ['a document', record => record.set('doc', new Y.Doc())],
]

test.each(oddities)('[K12] %s, which no board stores, are left to Yjs, and the rest of the board is there', async (_what, make) => {
  const doc = new Y.Doc()
  seedDocument(doc, randomFile(runSeed, { cards: 6 }))
  const record = doc.getMap<Y.Map<unknown>>('records').get('c1')!
  make(record, record.get('text') as Y.Text)
  await leftToYjs([Y.encodeStateAsUpdate(doc)], doc)
})

test('[K12] however deep somebody nested what nobody reads, and whatever they made of the board’s own names, the rest is there', () => {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  seedDocument(doc, randomFile(runSeed, { cards: 6 }))
  // Maps in a map in the records, each by hand: made by Yjs one after another, they would take minutes.
  const nested = encoding.encode(encoder => {
    for (const figure of [1, 12_000, 7, 0]) encoding.writeVarUint(encoder, figure)
    for (let i = 0; i < 12_000; i++) {
      encoding.writeUint8(encoder, 7 | 32)
      encoding.writeVarUint(encoder, i === 0 ? 1 : 0)
      if (i === 0) encoding.writeVarString(encoder, 'records')
      else for (const figure of [7, i - 1]) encoding.writeVarUint(encoder, figure)
      encoding.writeVarString(encoder, 'deeper')
      encoding.writeVarUint(encoder, 1)
    }
    encoding.writeVarUint(encoder, 0)
  })
  Y.applyUpdate(doc, nested)
  for (const name of ['title', 'provenance', 'schema']) doc.getMap('meta').set(name, name === 'schema' ? new Y.Map() : new Y.Text('none'))
  sameAsYjs(updates, 'nested')
  const contents = contentsIn(root => rootsOf(updates)!.get(root)!)
  expect(printBoardFile(toFile(contents, { people: () => [], exported: new Date(0) }).file)).toBe(printBoardFile(toBoardFile(doc, [], new Date(0))))
})

test('[K12] what somebody put between two cards’ letters is where Yjs has it, or left to it', () => {
  const doc = Object.assign(new Y.Doc(), { clientID: 1 })
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (const letter of ['A', 'B']) {
    const record = new Y.Map<unknown>()
    record.set('text', new Y.Text(letter))
    doc.getMap('records').set(letter, record)
  }
  const [left, right] = Y.decodeUpdate(Y.encodeStateAsUpdate(doc)).structs.flatMap(struct => (struct instanceof Y.Item && struct.content instanceof Y.ContentString ? [struct.id] : []))
  // By hand: client 2 puts an “i” after the A and before the B.
  Y.applyUpdate(doc, Uint8Array.of(1, 1, 2, 0, 4 | 128 | 64, left!.client, left!.clock, right!.client, right!.clock, 1, 'i'.charCodeAt(0), 0))
  doc.getMap('records').delete('B')
  expect(said(doc.getMap('records'))).toEqual({ A: { text: 'Ai' } })
  readsAlike(updates, 'between')
})

test('[K12] what waits for something that never came is left to Yjs', async () => {
  const { updates } = history(random(runSeed))
  const torn = updates.filter((_, i) => i !== 1)
  await leftToYjs(torn, documentOf(torn))
})

async function leftToYjs(updates: readonly Uint8Array[], doc: Y.Doc): Promise<void> {
  expect(rootsOf(updates)).toBeUndefined()
  const log = memoryLog()
  await log.append(updates.map(data => ({ doc: 'board' as DocId, data })))
  const when = new Date(0)
  const contents = (await storedContents({ log }, 'board' as BoardId))!
  expect(printBoardFile(toFile(contents, { people: () => [], exported: when }).file)).toBe(printBoardFile(toBoardFile(doc, [], when)))
}

test(`[K12] ${times(300)} logs that lack something are read as Yjs reads them, or left to it`, { timeout: patience(60_000) }, () => {
  const pick = random(runSeed)
  let read = 0
  for (let round = 0; round < times(300); round++) {
    const { updates } = history(pick, { edits: 20 + pick(40), records: 1 + pick(4), apart: 1 + pick(12) })
    const lacking = pick(2) ? updates.slice(0, pick(updates.length)) : updates.filter(() => pick(12) > 0)
    if (readsAlike(lacking, [runSeed, round])) read++
  }
  expect(read).toBeGreaterThan(times(30))
})

/** Whether a log is read here; what is read says what Yjs says. */
function readsAlike(updates: readonly Uint8Array[], why: unknown): boolean {
  let doc: Y.Doc
  try {
    doc = documentOf(updates)
  } catch {
    return false // No update at all, and no log holds it.
  }
  const roots = rootsOf(updates)
  for (const root of roots ? ['records', 'meta'] : []) expect([why, root, plain(roots!.get(root) ?? new Map())]).toEqual([why, root, said(doc.getMap(root))])
  return roots !== undefined
}

test(`[K12] ${times(6_000)} updates with bytes changed on the way are read as Yjs reads them, or left to it`, { timeout: patience(60_000) }, () => {
  const pick = random(runSeed)
  let read = 0
  let whole: Uint8Array = Uint8Array.of(0, 0)
  for (let round = 0; round < times(6_000); round++) {
    if (round % 100 === 0) whole = Y.encodeStateAsUpdate(history(pick, { edits: 12, records: 2, apart: 6 }).end)
    const update = whole.slice()
    for (let i = 0; i <= pick(3); i++) update[pick(update.length)] = pick(256)
    if (readsAlike([update], { seed: runSeed, round, update: Buffer.from(update).toString('base64') })) read++
  }
  expect(read).toBeGreaterThan(times(300))
})

const regressions = join(import.meta.dirname, 'regressions')
test.each(readdirSync(regressions).filter(name => name.startsWith('log-')))('[K12] what once went wrong goes right: %s', name => {
  const { update } = JSON.parse(readFileSync(join(regressions, name), 'utf8')) as { update: string }
  readsAlike([Buffer.from(update, 'base64')], name)
})

test('[F18] whoever is only on what does not leave took no part', () => {
  const doc = new Y.Doc()
  seedDocument(doc, { format: 'manyfutures/board', version: 1, board: {}, cards: [{ id: 'a', kind: 'note', text: 'x', x: 0, y: 0, by: 'ana' }], relations: [], structures: [], drawings: [], people: [] } as unknown as BoardFile)
  // A picture nobody sees any more, and something without a type.
  for (const [id, values] of [['asset:1', { type: 'asset', by: 'eve' }], ['odd', { by: 'eve' }]] as const) {
    const record = new Y.Map<unknown>()
    for (const [name, value] of Object.entries(values)) record.set(name, value)
    doc.getMap('records').set(id, record)
  }
  let atWork: ReadonlySet<string> | undefined
  toFile(contentsOf(doc), { people: records => ((atWork = peopleAtWork(records)), []), exported: new Date(0) })
  expect([...atWork!]).toEqual(['ana'])
})
