import { spawn } from 'node:child_process'
import { cpSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Opening, openStore, StoreError } from '../../server/storage/sqlite.ts'
import { damage } from '../support/damage.ts'
import { random, runSeed } from '../support/random.ts'
import { patience, times } from '../support/scale.ts'
import { removeFolder, temporaryFolder } from '../support/server.ts'
import { makeOldStore, oldKept, type OldVersion, oldVersions, type Pieces, piecesOf, readBeside, readPieces, type Sample, samples } from '../support/stores.ts'

/* Stores are damaged in every way and every file. What is then read is what was written, or is said to be damaged: by a StoreError, in one line. */

let all: Sample[] = []
const expected = new Map<string, Pieces>()
beforeAll(async () => {
  all = await samples(runSeed)
  for (const { name, kept } of all) expected.set(name, piecesOf(kept))
})
afterAll(() => all.forEach(({ folder }) => removeFolder(folder)))

function copyOf({ folder }: Sample): string {
  const copy = temporaryFolder()
  cpSync(folder, copy, { recursive: true })
  return copy
}

/** A sentence for a host: it names a file of the folder, and is no stack. */
const isSaid = (error: unknown, folder: string): boolean => error instanceof StoreError && error.message.includes(folder) && !/\n|\bat .*:\d+:\d+/.test(error.message)

type Outcome = 'whole' | 'said' | 'silent'

/** How what was read compares with what was written. What is neither the same nor said is added to the complaints. */
function judge(pieces: ReadonlyMap<string, string | Error>, sample: Sample, folder: string, complaints: unknown[]): Outcome {
  const right = expected.get(sample.name)
  const other = [...pieces].filter(([name, text]) => text !== right?.get(name))
  const silent = other.filter(([, text]) => !isSaid(text, folder))
  complaints.push(...silent.map(([name, text]) => ({ name, is: text instanceof Error ? text.stack : text.slice(0, 200), was: right?.get(name)?.slice(0, 200) })))
  return silent.length ? 'silent' : other.length ? 'said' : 'whole'
}

async function judged(folder: string, complaints: unknown[], read: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await read()
  } catch (error) {
    if (isSaid(error, folder)) return 'said'
    complaints.push({ is: error instanceof Error ? error.stack : error })
    return 'silent'
  }
}

const readByServer = (folder: string, sample: Sample, complaints: unknown[], options: Opening = {}): Promise<Outcome> =>
  judged(folder, complaints, async () => {
    const store = openStore(folder, 0, options)
    try {
      return judge(await readPieces(store, folder, sample.kept), sample, folder, complaints)
    } finally {
      store.close()
    }
  })

const readByCommand = (folder: string, sample: Sample, complaints: unknown[]): Promise<Outcome> => judged(folder, complaints, async () => judge(await readBeside(folder, sample.kept), sample, folder, complaints))

test('[K20] stores that nobody damaged are whole', async () => {
  const complaints: unknown[] = []
  for (const sample of all) {
    const folder = copyOf(sample)
    expect([sample.name, await readByCommand(folder, sample, complaints), await readByServer(folder, sample, complaints), complaints]).toEqual([sample.name, 'whole', 'whole', []])
    removeFolder(folder)
  }
})

const inProcess = times(160)

test(`[K20] ${inProcess} damaged stores are whole or said, never silently different, and never an empty one in their place`, { timeout: patience(240_000) }, async () => {
  const pick = random(runSeed)
  const counts = { whole: 0, said: 0, silent: 0 }
  const complaints: unknown[] = []
  for (let nth = 0; nth < inProcess; nth++) {
    const sample = all[nth % all.length] as Sample
    const folder = copyOf(sample)
    const story = { seed: runSeed, nth, sample: sample.name, damaged: damage(folder, pick(2 ** 31)) }
    const found: unknown[] = []
    // A command first: it changes nothing that the server would find.
    await readByCommand(folder, sample, found)
    // Every third as stores that are too large to be looked through.
    counts[await readByServer(folder, sample, found, nth % 3 ? {} : { lookThrough: 0 })]++
    if (found.length) complaints.push({ ...story, found })
    removeFolder(folder)
  }
  process.stdout.write(`Damaged stores, opened in process: seed ${runSeed}, ${JSON.stringify(counts)}\n`)
  expect(complaints).toEqual([])
  expect(counts.whole + counts.said).toBe(inProcess)
})

const old = times(30)

test(`[K20] ${old} damaged stores of earlier versions are opened, or said to be damaged; what of them had no sum yet cannot be known`, { timeout: patience(120_000) }, async () => {
  const pick = random(runSeed + 2)
  const complaints: unknown[] = []
  for (let nth = 0; nth < old; nth++) {
    const folder = temporaryFolder()
    const version = oldVersions[nth % oldVersions.length] as OldVersion
    makeOldStore(folder, version)
    const damaged = damage(folder, pick(2 ** 31))
    try {
      const store = openStore(folder)
      const errors = [...(await readPieces(store, folder, oldKept(version))).values()].filter(piece => piece instanceof Error)
      store.close()
      complaints.push(...errors.filter(error => !isSaid(error, folder)).map(error => ({ seed: runSeed, nth, damaged, is: error.stack })))
    } catch (error) {
      if (!isSaid(error, folder)) complaints.push({ seed: runSeed, nth, damaged, is: error instanceof Error ? error.stack : error })
    }
    removeFolder(folder)
  }
  expect(complaints).toEqual([])
})

const starts = times(6)

test(`[K20] a server starts on ${starts} damaged stores, and serves what is whole, or ends with one sentence`, { timeout: patience(240_000) }, async () => {
  const pick = random(runSeed + 1)
  const counts = { whole: 0, said: 0, silent: 0 }
  const complaints: unknown[] = []
  for (let nth = 0; nth < starts; nth++) {
    const sample = all[nth % all.length] as Sample
    const folder = copyOf(sample)
    const story = { seed: runSeed, nth, sample: sample.name, damaged: damage(folder, pick(2 ** 31)) }
    const found: unknown[] = []
    const { code, says } = await started(folder)
    if (code === 0) counts[await readByServer(folder, sample, found)]++
    else if (code === 1 && !says.startsWith('It listened') && says.includes(folder) && /^[^\n]+\n$/.test(says)) counts.said++
    else found.push({ code, says })
    if (found.length) complaints.push({ ...story, found })
    removeFolder(folder)
  }
  process.stdout.write(`Damaged stores, by a real start: seed ${runSeed}, ${JSON.stringify(counts)}\n`)
  expect(complaints).toEqual([])
})

/** Starts a server and ends it again: resolves to 0 where it listened, and else to what it ended with and said. */
async function started(folder: string): Promise<{ code: number | null; says: string }> {
  const child = spawn(process.execPath, ['server/main.ts'], { env: { ...process.env, PORT: '0', DATA_DIR: folder }, stdio: ['ignore', 'pipe', 'pipe'] })
  let says = ''
  let listened = false
  child.stderr.on('data', (data: Buffer) => (says += data.toString()))
  createInterface(child.stdout).on('line', line => {
    if (!/Manyfutures is at/.test(line)) return
    listened = true
    child.kill('SIGTERM')
  })
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(done => child.once('close', (...ended) => done(ended)))
  // It may be asked to end before it listens for that.
  const asAsked = code === 0 || signal === 'SIGTERM'
  return listened ? { code: asAsked ? 0 : code, says: asAsked ? says : `It listened, and ended with ${code}. ${says}` } : { code, says }
}
