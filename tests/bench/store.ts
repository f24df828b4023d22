import { cpus, loadavg } from 'node:os'
import type { DocId } from '../../server/storage/log.ts'
import { openStore } from '../../server/storage/sqlite.ts'
import { openStoreThread } from '../../server/storage/thread.ts'
import { random, runSeed } from '../support/random.ts'
import { removeFolder, temporaryFolder } from '../support/server.ts'
import { head, median, rounds, row } from './report.ts'

/*
 * What the store takes of a processor: `npm run bench -- store`. Each figure is the middle one of several rounds, each in a folder of its
 * own. Wall time depends on the disk, so this reports and never fails.
 */

const commits = Number(process.env['COMMITS'] ?? 1_000)
const pick = random(runSeed)
/** As long as a moved card. */
const data = Uint8Array.from({ length: 90 }, () => pick(256))
const docs = (count: number): DocId[] => Array.from({ length: count }, (_, i) => `board-with-a-long-id-${i}` as DocId)

interface Figures {
  readonly cpu: number
  readonly wall: number
}

async function timed(work: () => Promise<unknown>): Promise<Figures> {
  const [before, begun] = [process.cpuUsage(), performance.now()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return { cpu: user + system, wall: (performance.now() - begun) * 1_000 }
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = temporaryFolder()
  try {
    return await work(folder)
  } finally {
    removeFolder(folder)
  }
}

async function repeated(work: (folder: string) => Promise<Figures>): Promise<Figures> {
  const all: Figures[] = []
  for (let i = 0; i < rounds; i++) all.push(await inFolder(work))
  return { cpu: median(all.map(({ cpu }) => cpu)), wall: median(all.map(({ wall }) => wall)) }
}

const appending = (boards: number, together: number, open: typeof openStore | typeof openStoreThread) => async (folder: string): Promise<Figures> => {
  const store = await open(folder)
  const all = docs(boards)
  let at = 0
  const batch = () => Array.from({ length: together }, () => ({ doc: all[at++ % boards] as DocId, data }))
  const opened = performance.now()
  await store.log.append(all.map(doc => ({ doc, data })))
  // In a folder that was touched a moment ago each file is looked at after each commit; most of the time nobody touches it.
  while (performance.now() - opened < 3_500) await store.log.append(batch())
  const figures = await timed(async () => {
    for (let i = 0; i < commits; i++) await store.log.append(batch())
  })
  await store.close()
  return { cpu: figures.cpu / commits, wall: figures.wall / commits }
}

const loading = (entries: number, snapshot: number) => async (folder: string): Promise<Figures> => {
  const store = openStore(folder)
  const [doc, other] = docs(2) as [DocId, DocId]
  if (snapshot) await store.log.compact(doc, (await store.log.append([{ doc, data }]))[0]!, new Uint8Array(snapshot).fill(7), Uint8Array.of(0))
  for (let i = 0; i < entries; i += 100) await store.log.append(Array.from({ length: Math.min(100, entries - i) * 2 }, (_, n) => ({ doc: n % 2 ? other : doc, data })))
  await store.log.load(doc)
  const figures = await timed(() => store.log.load(doc))
  store.close()
  return figures
}

const us = (value: number): string => `${Math.round(value)} µs`

process.stdout.write(`npm run bench -- store: seed ${runSeed}, ${rounds} rounds of ${commits} commits, ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)} before it began\n\n`)
head('what', 'processor', 'wall', 'commits a second')
for (const [boards, together] of [[1, 1], [20, 5], [500, 20], [500, 100], [2_000, 50]] as const) {
  for (const [where, open] of [['', openStore], [', in its thread', openStoreThread]] as const) {
    const { cpu, wall } = await repeated(appending(boards, together, open))
    row(`a commit of ${together} of ${boards} boards${where}`, us(cpu), us(wall), String(Math.round(1e6 / wall)))
  }
}
for (const [entries, snapshot] of [[100, 0], [1_000, 0], [20_000, 0], [0, 3_000_000], [1_000, 3_000_000]] as const) {
  const { cpu, wall } = await repeated(loading(entries, snapshot))
  row(`loading ${entries} entries${snapshot ? ` and a snapshot of ${snapshot / 1e6} MB` : ''}`, us(cpu), us(wall), '')
}
