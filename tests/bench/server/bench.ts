import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runSeed } from '../../support/random.ts'
import { attack } from './attack.ts'
import { coldJoin, type ColdJoinResult } from './cold-join.ts'
import { everyField } from './encodings.ts'
import { fanOut, type FanOutResult } from './fan-out.ts'
import { killed } from './kill.ts'
import { pinLoad, part } from './machine.ts'
import { malformed } from './malformed.ts'
import { peers as allPeers, type Peer } from './peers.ts'
import { slowReader } from './slow-reader.ts'

/*
 * Our server and others, one after the other, again and again, in one run: `npm run bench -- server`. One core serves, one loads. What
 * is printed is a report of this machine; the ratios are what travels.
 *
 *   --only fan-out,rooms,cold-join,kill,malformed,slow-reader,attack    --peers manyfutures,relay    --rounds 3    --kills 50
 */

const workloads = ['fan-out', 'rooms', 'cold-join', 'kill', 'malformed', 'slow-reader', 'attack'] as const
const { values } = parseArgs({ options: { only: { type: 'string' }, peers: { type: 'string' }, rounds: { type: 'string', default: '3' }, kills: { type: 'string', default: '50' }, cards: { type: 'string', default: '10000' }, moves: { type: 'string', default: '50000' } } })
const only = values.only?.split(',') ?? workloads
const rounds = Number(values.rounds)
const peers = allPeers.filter(({ name }) => !values.peers || values.peers.split(',').some(wanted => name.startsWith(wanted)))

const beside = join(import.meta.dirname, '../peers')
if (!existsSync(join(beside, 'node_modules'))) {
  process.stdout.write('The servers to measure beside ours are installed first, for the bench only.\n')
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: beside, stdio: 'inherit' })
}
pinLoad()
const print = (text: string): void => void process.stdout.write(`${text}\n`)
print(`npm run bench -- server: seed ${runSeed}, ${rounds} rounds, ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`)

/** Does something with every peer, a round at a time, so that a busy minute of the machine meets all of them. */
async function interleaved<T>(those: readonly Peer[], times: number, work: (peer: Peer) => Promise<T>): Promise<Map<Peer, T[]>> {
  const results = new Map<Peer, T[]>()
  for (let round = 0; round < times; round++) {
    for (const peer of those) {
      try {
        results.set(peer, [...(results.get(peer) ?? []), await work(peer)])
      } catch (error) {
        print(`${peer.name} did not finish: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  return results
}

const median = (all: readonly number[]): number => part(all, 0.5)
const of = <T>(all: readonly T[], value: (each: T) => number): number => median(all.map(value))
const show = (value: number, digits = 1): string => (Number.isFinite(value) ? value.toFixed(digits) : '–')
const table = (title: string, head: readonly string[], rows: readonly (readonly string[])[]): void =>
  print(`\n${title}\n\n| ${head.join(' | ')} |\n|${head.map(() => '---|').join('')}\n${rows.map(row => `| ${row.join(' | ')} |`).join('\n')}`)

const holds = ({ p99, missed }: FanOutResult): boolean => p99 < 100 && missed <= 0.01
const inRoom = (peer: Peer, people: number) => fanOut(peer, { rooms: 1, people, rate: 10, points: true, seconds: 4 })

/** The largest step on the ladder at which a server still holds, going up or down from one. Two tries a step: a hiccup is no limit. */
async function largest(peer: Peer): Promise<{ most: number; fails: number | undefined }> {
  const ladder = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 120, 150, 180, 220, 270, 330, 400, 500, 600, 700, 800]
  const attempt = async (people: number): Promise<boolean> => {
    for (let i = 0; i < 2; i++) if (await inRoom(peer, people).then(holds, () => false)) return true
    return false
  }
  let at = ladder.indexOf(100)
  if (await attempt(ladder[at]!)) {
    while (at + 1 < ladder.length && (await attempt(ladder[at + 1]!))) at++
    return { most: ladder[at]!, fails: ladder[at + 1] }
  }
  while (at > 0 && !(await attempt(ladder[at - 1]!))) at--
  return { most: ladder[at - 1] ?? 0, fails: ladder[at] }
}

if (only.includes('fan-out')) {
  const results = await interleaved(peers, rounds, peer => inRoom(peer, 100))
  const rows = [...results].map(([{ name }, all]) => [name, show(of(all, r => r.p50)), show(of(all, r => r.p99)), show(of(all, r => r.missed) * 100), show(of(all, r => r.cpu) * 100, 0), show(of(all, r => r.perDelivery), 2), show(of(all, r => r.megabytesOut)), show(of(all, r => r.rss), 0), show(of(all, r => r.generator) * 100, 0)])
  table('One room, 100 people, each 10 moves and 10 pointers a second', ['server', 'p50 ms', 'p99 ms', 'missed %', 'processor %', 'µs for a move delivered', 'MB/s out', 'RSS MB', 'generator %'], rows)
  const limits: string[][] = []
  for (const peer of peers) {
    const { most, fails } = await largest(peer)
    limits.push([peer.name, String(most), fails === undefined ? '–' : String(fails)])
  }
  table('Most people in one room with p99 below 100 ms and no more than 1 % missed', ['server', 'people', 'first that fails'], limits)
}

if (only.includes('rooms')) {
  const results = await interleaved(peers, rounds, peer => fanOut(peer, { rooms: 500, people: 4, rate: 1, points: false, seconds: 6 }))
  table('500 rooms of 4 people, a move a second each', ['server', 'p50 ms', 'p99 ms', 'missed %', 'processor %', 'RSS MB'], [...results].map(([{ name }, all]) => [name, show(of(all, r => r.p50)), show(of(all, r => r.p99)), show(of(all, r => r.missed) * 100), show(of(all, r => r.cpu) * 100, 0), show(of(all, r => r.rss), 0)]))
}

if (only.includes('cold-join')) {
  const [cards, moves] = [Number(values.cards), Number(values.moves)]
  const keeping = peers.filter(({ keeps }) => keeps)
  const row = (name: string, encoding: string, all: readonly ColdJoinResult[]): string[] => [name, encoding, show(of(all, r => r.ms), 0), show(of(all, r => r.syncedMs), 0), all.every(r => r.whole) ? 'whole' : 'not whole', show(of(all, r => r.megabytes), 2), show(of(all, r => r.cpuMs), 0), `${show(of(all, r => r.rssIdle), 0)} → ${show(of(all, r => r.rss), 0)}`, show(of(all, r => r.disk), 2), show(of(all, r => r.encoded), 2), show(of(all, r => r.warmMs), 0)]
  const sparse = await interleaved(keeping, rounds, peer => coldJoin(peer, cards, moves, runSeed))
  const usual = await interleaved(keeping.filter(({ name }) => /y-websocket|Hocuspocus/.test(name)), 1, peer => coldJoin(peer, cards, moves, runSeed, everyField))
  table(`Somebody comes to a board of ${cards} cards after ${moves} moves and a restart`, ['server', 'cards as', 'join ms', '“synced” at ms', 'then', 'MB received', 'processor ms', 'RSS MB', 'disk MB', 'board MB', 'next join ms'], [
    ...[...sparse].map(([{ name }, all]) => row(name, /tldraw/.test(name) ? 'JSON' : 'ours', all)),
    ...[...usual].map(([{ name }, all]) => row(name, 'every field', all)),
  ])
}

if (only.includes('kill')) {
  const rows: string[][] = []
  for (const peer of peers.filter(({ keeps }) => keeps)) {
    const result = await killed(peer, peer.name === 'manyfutures' ? Number(values.kills) : Math.min(10, Number(values.kills)), runSeed)
    rows.push([peer.name, String(result.kills), String(result.seen), String(result.lost), String(result.killsWithLoss)])
  }
  table('kill -9 while five people work', ['server', 'kills', 'moves others had seen', 'of them lost', 'kills with a loss'], rows)
}

if (only.includes('malformed')) {
  const results = await interleaved(peers, 1, peer => malformed(peer, 10_000, runSeed))
  table('10,000 frames of garbage, then 100 that are no frames', ['server', 'survives garbage', 'survives broken frames', 'connections it took', 'handed on to others', 'moves seen %', 'p99 before → during ms'], [...results].map(([{ name }, [r]]) => [name, r!.survivesGarbage ? 'yes' : 'no', r!.survivesBrokenFrames ? 'yes' : 'no', String(r!.connections), String(r!.handedOn), show(r!.seen * 100), `${show(r!.p99Before)} → ${show(r!.p99During)}`]))
}

if (only.includes('slow-reader')) {
  const results = await interleaved(peers, rounds, peer => slowReader(peer, 30, runSeed))
  table('One of nine reads nothing for 30 s, while 20 × 64 kB a second are written', ['server', 'RSS grew MB, all reading → one not', 'held for it MB', 'p99 of the others before → during ms', 'ratio', 'it was'], [...results].map(([{ name }, all]) => [name, `${show(of(all, r => r.grownBefore))} → ${show(of(all, r => r.grownDuring))}`, show(Math.max(...all.map(r => r.held))), `${show(of(all, r => r.p99Before))} → ${show(of(all, r => r.p99During))}`, show(of(all, r => r.p99During / r.p99Before), 2), all.every(r => r.cut) ? 'cut' : 'kept']))
}

if (only.includes('attack')) {
  const all = []
  for (let round = 0; round < rounds; round++) all.push(await attack(20, runSeed + round))
  const row = all.map(r => [`${show(r.p50Before)} → ${show(r.p50During)}`, `${show(r.p99Before)} → ${show(r.p99During)}`, String(r.missed), String(r.turnedAway), show(r.megabytesSent), String(r.connections), r.rss.map(each => show(each, 0)).join(' → '), show(r.cpu * 100, 0), show(r.generator * 100, 0)])
  table('100 people on 20 boards, a change a second each, and somebody with one address and 64 sockets; each row a round', ['saved p50 ms before → during', 'p99 ms', 'not answered', 'turned away', 'MB/s sent at it', 'connections it made', 'RSS MB before, most, a minute after', 'processor %', 'generator %'], row)
}
