import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as Y from 'yjs'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createRecord, packPlace, readFlat, recordsOf } from '../../shared/board.ts'
import type { ParticipantId } from '../../shared/ids.ts'
import type { Json } from '../../shared/json.ts'
import { exits } from '../../scripts/cli/failure.ts'
import { erasedFlat, type ToErase } from '../../server/history/erase.ts'
import { asItWas } from '../../server/history/moments.ts'
import { removalsOf } from '../../server/history/removals.ts'
import { readNote } from '../../server/storage/notes.ts'
import { openStore } from '../../server/storage/sqlite.ts'
import { manyfutures } from '../support/command.ts'
import { board, compactorOf, doc } from '../support/past.ts'
import { random, runSeed } from '../support/random.ts'
import { removeFolder, temporaryFolder } from '../support/server.ts'

/* Somebody, or words, are taken out of a board and out of all that is kept of it. */

const folders: string[] = []
afterAll(() => folders.forEach(removeFolder))
let data: string
/** What every moment said, by the position of its entry. */
let told: Map<string, Record<string, Json>>[]
const place = packPlace({ parent: '', index: 'a1', x: 0, y: 0, rotation: 0 })
const flatsOf = (made: Y.Doc) => new Map([...recordsOf(made).entries()].map(([id, record]) => [id, Object.fromEntries(readFlat(record)!)]))

beforeEach(async () => {
  data = temporaryFolder()
  folders.push(data)
  told = [new Map()]
  const pick = random(runSeed)
  const store = openStore(data)
  const made = new Y.Doc()
  const people = ['annaId77', 'benId88'] as const
  await store.boards.create({ id: board, created: 1, links: [{ id: 'l', board, role: 'participant', hash: Buffer.from('x'), created: 1, closed: undefined }], people: people.map(id => ({ id: id as string as ParticipantId, board, name: id === 'annaId77' ? 'Anna Umlaut' : 'Ben', sector: 'Academia', link: 'l', keyHash: Buffer.from(`key of ${id}`), role: undefined })), content: Y.encodeStateAsUpdate(made) })
  told.push(flatsOf(made))
  let update: Uint8Array | undefined
  made.on('update', (each: Uint8Array) => (update = each))
  const compactor = compactorOf(store)
  for (let n = 0; n < 60; n++) {
    const [who, id] = [people[pick(2)]!, `c${pick(8)}`]
    const record = recordsOf(made).get(id)
    made.transact(() => {
      if (!record) createRecord(recordsOf(made), id, new Map<string, Json>(Object.entries({ type: 'card', kind: 'note', text: pick(2) ? 'Plans of KonradTheGreat here' : 'Plain', place, by: who })))
      else if (pick(5) === 0) recordsOf(made).delete(id)
      else if (pick(2)) record.set(`valence.${who}`, pick(3))
      else if (pick(3)) record.set('edited', [who, n])
      else (record.get('text') as Y.Text).insert(0, pick(2) ? 'KonradTheGreat ' : 'more ')
    })
    await store.log.append([{ doc, data: update!, at: 1_000 + n * 1_000, by: [who] }])
    told.push(flatsOf(made))
    if (n % 17 === 16) await compactor.compact(doc)
  }
  await compactor.close()
  store.close()
})

const inFiles = (words: string): string[] => readdirSync(data, { withFileTypes: true }).filter(each => each.isFile() && readFileSync(join(data, each.name), 'latin1').includes(words)).map(({ name }) => name)

/** Every moment says what it said, but for what is gone. */
async function mustBeGone(what: ToErase): Promise<void> {
  const store = openStore(data)
  for (let seq = 1; seq < told.length; seq++) {
    const was = await asItWas(store, board, { seq })
    if (typeof was === 'string') {
      // What nobody had folded is one piece with the erasing.
      expect([seq, was, seq > Math.max(0, ...(await store.history.list(doc)).map(({ upTo }) => upTo))]).toEqual([seq, 'before', true])
      continue
    }
    const made = new Y.Doc()
    for (const each of was.updates) Y.applyUpdate(made, each)
    expect([runSeed, seq, flatsOf(made)]).toEqual([runSeed, seq, new Map([...told[seq]!].map(([id, flat]) => [id, Object.fromEntries(erasedFlat(new Map(Object.entries(flat)), what))]))])
  }
  const { removals } = await removalsOf(store, board, 0)
  expect(removals.length).toBeGreaterThan(0)
  expect(JSON.stringify(removals)).not.toContain(what.person ?? what.words)
  store.close()
  const raw = openStore(data)
  expect((await raw.log.load(doc)).notes?.some(note => readNote(note).by.includes(what.person ?? '-'))).toBe(false)
  raw.close()
}

test('[K54] a person is erased by name: who made, changed and rated what, in every moment that is kept; texts only where that is asked for', async () => {
  expect(inFiles('Anna Umlaut')).not.toEqual([])
  const { code, out, err } = await manyfutures(['erase', board, '--person', 'Anna Umlaut'], { env: { DATA_DIR: data } })
  expect([code, out, err]).toEqual([exits.done.code, '', expect.stringMatching(/“Anna Umlaut” is gone.*\d+ pieces were unpacked and looked through.*Backups/)])
  await mustBeGone({ person: 'annaId77' })
  expect([inFiles('Anna Umlaut'), inFiles('valence.annaId77')]).toEqual([[], []])
})

test('[K54] with their texts, the cards somebody made are empty in every moment', async () => {
  expect(await manyfutures(['erase', board, '--person', 'benId88', '--texts'], { env: { DATA_DIR: data } })).toMatchObject({ code: exits.done.code })
  await mustBeGone({ person: 'benId88', texts: true })
})

test('[K54] words are erased wherever they are written, and no byte of the store has them', async () => {
  expect(inFiles('KonradTheGreat')).not.toEqual([])
  expect(await manyfutures(['erase', board, '--text', 'KonradTheGreat'], { env: { DATA_DIR: data } })).toMatchObject({ code: exits.done.code })
  await mustBeGone({ words: 'KonradTheGreat' })
  expect(inFiles('KonradTheGreat')).toEqual([])
})

test('[K54] what cannot be erased is a sentence, and nothing is changed', async () => {
  const env = { env: { DATA_DIR: data } }
  for (const [args, code, says] of [
    [[board], exits.usage, /--person <id or name>, or --text <words>/],
    [[board, '--person', 'x', '--text', 'y'], exits.usage, /Say what is to go/],
    [[board, '--text', 'y', '--texts'], exits.usage, /--texts goes with --person/],
    [[board, '--person', 'Nobody'], exits.content, /Nobody called “Nobody”/],
    [['none', '--text', 'y'], exits.content, /no board “none”/],
  ] as const) expect([args, await manyfutures(['erase', ...args], env)]).toEqual([args, expect.objectContaining({ code: code.code, err: expect.stringMatching(says) as string })])
  const held = openStore(data)
  expect(await manyfutures(['erase', board, '--text', 'KonradTheGreat'], env)).toMatchObject({ code: exits.store.code, err: expect.stringMatching(/A server is at work/) })
  held.close()
  expect(inFiles('KonradTheGreat')).not.toEqual([])
})
