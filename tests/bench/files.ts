import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import * as Y from 'yjs'
import { compactUpdates, type Snapshot } from '../../server/log/compact.ts'
import type { DocId } from '../../server/storage/log.ts'
import { openStore, type Store } from '../../server/storage/sqlite.ts'
import { recordsOf } from '../../shared/board.ts'
import { exportNames } from '../../shared/export/formats.ts'
import { randomFile } from '../support/boards.ts'
import { type Ended, manyfutures } from '../support/command.ts'
import { random, runSeed } from '../support/random.ts'
import { joinAs, type MadeBoard, removeFolder, startServer, temporaryFolder } from '../support/server.ts'
import { head, kbOf, mb, median, ms, rounds, row, serverPid, watched } from './report.ts'

/*
 * What a board of 10,000 cards costs as a file: `npm run bench -- files`. By command, each time a process of its own, from its start to
 * its end; and over HTTP, as the menu asks for it. Wall time depends on the machine, so this reports and never fails.
 */

const folder = temporaryFolder()
const file = { ...randomFile(runSeed, { cards: 10_000 }), board: { title: '10,000 cards' } }
const path = join(folder, 'board.json')
writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`)
const env = { DATA_DIR: join(folder, 'data') }

interface Run extends Ended {
  readonly ms: number
}

async function command(...args: string[]): Promise<Run> {
  const begun = performance.now()
  const ended = await manyfutures(args, { env })
  if (ended.code !== 0) throw new Error(`${args.join(' ')} ended with ${ended.code}: ${ended.err}`)
  return { ...ended, ms: performance.now() - begun }
}

/** Runs a command again and again; reports it, and what is left of it without what starting takes. */
async function measure(what: string, goal: string, starting: { ms: number; busy: number }, ...args: string[]): Promise<Run> {
  const runs: Run[] = []
  for (let i = 0; i < rounds; i++) runs.push(await command(...args))
  const whole = median(runs.map(run => run.ms))
  row(what, ms(whole), ms(Math.max(...runs.map(run => run.ms))), ms(whole - starting.ms), ms(median(runs.map(run => run.busy))), mb(Math.max(...runs.map(run => run.peak)) / 1_000), `${(Math.max(...runs.map(run => run.out.length)) / 1e6).toFixed(1)} MB`, goal)
  return runs.at(-1) as Run
}

async function updatesOf(store: Store, id: string): Promise<Uint8Array[]> {
  const { snapshot, entries } = await store.log.load(id as DocId)
  return snapshot ? [snapshot, ...entries] : [...entries]
}

/** Letters typed into cards and cards moved, each change as it is written to a log. */
function changesOf(updates: readonly Uint8Array[]): Uint8Array[] {
  const pick = random(runSeed)
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  const changes: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => changes.push(update))
  const records = recordsOf(doc)
  for (let i = 0; i < 40_000; i++) {
    const card = records.get(`c${pick(10_000)}`)
    const text = card?.get('text')
    doc.transact(() => {
      if (pick(3) === 0) card?.set('place', ['', 'a1', pick(90_000) / 8, pick(90_000) / 8, 0])
      else if (text instanceof Y.Text) text.insert(pick(text.length + 1), 'x')
      card?.set('edited', ['person1', 1_790_000_000 + i])
    })
  }
  return changes
}

process.stdout.write(`npm run bench -- files: seed ${runSeed}, ${rounds} rounds, ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)} before it began\n\n`)
process.stdout.write(`${file.cards.length.toLocaleString('en')} cards, ${file.relations.length.toLocaleString('en')} relations, ${file.structures.length} structures. By command, as the largest and the longest of its rounds:\n\n`)
await command('--help') // Compiles what is kept from then on.
const helps = [await command('--help'), await command('--help'), await command('--help')]
const starting = { ms: median(helps.map(run => run.ms)), busy: median(helps.map(run => run.busy)) }
head('what', 'p50', 'worst', 'without its start', 'of a processor', 'most memory', 'on stdout', 'goal')
row('--help', ms(starting.ms), '', '', ms(starting.busy), mb(Math.max(...helps.map(run => run.peak)) / 1_000), '', '')
await measure('validate', '1 s, 300 MB', starting, 'validate', path)
const { out } = await measure('import', '3 s, 300 MB', starting, 'import', path, '--json')
const { id } = JSON.parse(out) as { id: string }
for (const name of exportNames) await measure(`export, ${name}`, name === 'json' ? '1 s, 300 MB' : '', starting, 'export', id, '--format', name)
await measure('list', '', starting, 'list')
process.stdout.write('\nThe same board after 40,000 changes by people, as it is kept from the moment and once its log is folded:\n\n')
head('what', 'p50', 'worst', 'without its start', 'of a processor', 'most memory', 'on stdout', 'goal')
const log = openStore(env.DATA_DIR)
const upTo = await log.log.append(changesOf(await updatesOf(log, id)).map(data => ({ doc: id as DocId, data })))
log.close()
await measure('export, json, not compacted', '', starting, 'export', id, '--format', 'json')
const store = openStore(env.DATA_DIR)
const compacted = compactUpdates('canvas', { updates: await updatesOf(store, id) }) as Snapshot
await store.log.compact(id as DocId, upTo.at(-1) ?? 0, compacted.snapshot, compacted.vector, compacted.records)
store.close()
for (const name of ['json', 'svg']) await measure(`export, ${name}, compacted`, name === 'json' ? '1 s, 300 MB' : '', starting, 'export', id, '--format', name)

process.stdout.write('\nOver HTTP, until all of it has come; memory of the server as the most held so far:\n\n')
const server = await startServer()
const pid = serverPid()
try {
  head('what', 'p50', 'worst', 'server', 'process beside it', 'both at once', 'goal')
  row('started', '', '', mb(kbOf(pid, 'VmHWM')), '', '', '')
  let board: MadeBoard | undefined
  const over = async (what: string, goal: string, ask: () => Promise<Response>): Promise<void> => {
    const taken: number[] = []
    let [beside, together] = [0, 0]
    for (let i = 0; i < rounds; i++) {
      const asked = await watched(pid, async () => {
        const answer = await ask()
        return { status: answer.status, text: await answer.text() }
      })
      if (asked.done.status >= 400) throw new Error(`${what}: ${asked.done.status} ${asked.done.text}`)
      if (what === 'import') board = JSON.parse(asked.done.text) as MadeBoard
      taken.push(asked.ms)
      beside = Math.max(beside, asked.beside)
      together = Math.max(together, asked.together)
    }
    row(what, ms(median(taken)), ms(Math.max(...taken)), mb(kbOf(pid, 'VmHWM')), beside ? mb(beside) : 'none', mb(together), goal)
  }
  await over('import', '3 s, 300 MB', () => fetch(`${server.url}/api/boards`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ file }) }))
  if (!board) throw new Error('No board was made.')
  const { id: made } = board
  const { ticket } = await joinAs(server.url, board, 'observer', 'Ana')
  for (const name of exportNames) await over(`export, ${name}`, name === 'json' ? '1 s, 300 MB' : '', () => fetch(`${server.url}/api/boards/${made}/export?format=${name}`, { headers: { authorization: `Bearer ${ticket}` } }))
} finally {
  await server.stop()
  removeFolder(server.folder)
  removeFolder(folder)
}
