import * as Y from 'yjs'
import { sync } from '../../../shared/protocol.ts'
import { random } from '../../support/random.ts'
import { isYjs } from './dialects.ts'
import { freshFolder, part, removeFolder, wait } from './machine.ts'
import type { Peer } from './peers.ts'
import { framed, rawSocket, speaker } from './sockets.ts'
import type { TldrawDialect } from './tldraw.ts'

/* Nine people; one stops reading while another writes 20 times 64 kB a second. What does the server hold, and who notices? */

export interface SlowReaderResult {
  /** How far memory grew while everybody read, and then while one did not, for as long each. */
  readonly grownBefore: number
  readonly grownDuring: number
  /** What our server says it held unread at most; others do not say. */
  readonly held: number
  readonly p99Before: number
  readonly p99During: number
  /** Whether the one who does not read was let go. */
  readonly cut: boolean
}

const people = 9
const size = 64 * 1024

export async function slowReader(peer: Peer, seconds: number, seed: number): Promise<SlowReaderResult> {
  const pick = random(seed)
  const folder = freshFolder()
  const server = await peer.start(folder)
  const clients: Awaited<ReturnType<typeof speaker>>[] = []
  try {
    const dialect = peer.dialect()
    const origin = `http://127.0.0.1:${server.port}`
    await dialect.prepare(origin, 1)
    const sentAt: number[] = []
    let latencies: number[] = []
    for (let nth = 0; nth < people; nth++) {
      const { hello, card } = await dialect.script(0, nth, 1)
      let upTo = 0
      clients.push(await speaker(await dialect.door(origin, 0), [...hello, card].map(framed), data => {
        if (nth < 2) return // Neither who writes nor who stops reading.
        for (const [other, seen] of dialect.seen(data)) {
          if (other !== 0) continue
          for (let k = upTo + 1; k <= seen; k++) if (sentAt[k] !== undefined) latencies.push(performance.now() - sentAt[k]!)
          upTo = Math.max(upTo, seen)
        }
      }))
    }
    // The small moves whose way is timed, and the large texts that fill the one who does not read.
    const { moves } = await dialect.script(0, 0, 60 * (2 * seconds + 10))
    const timed = moves.map(framed)
    let said = 0
    const noise = (): string => Array.from({ length: size }, () => String.fromCharCode(33 + pick(90))).join('')
    const large = isYjs(dialect) ? largeUpdates(update => dialect.say(0, sync.update, update)) : largePush(dialect as TldrawDialect)
    const bigWriter = clients[2]!
    const texts = Array.from({ length: 8 }, noise)
    const timing = setInterval(() => {
      sentAt[++said] = performance.now()
      clients[0]!.say(timed[said - 1]!)
    }, 20)
    let written = 0
    const writing = setInterval(() => bigWriter.say(framed(large(texts[written++ % texts.length]!))), 50)
    const begun = server.rss().now
    const watch = async (): Promise<{ peak: number; held: number }> => {
      let peak = 0
      let held = Number.NaN
      for (const end = performance.now() + seconds * 1_000; performance.now() < end; ) {
        await wait(500)
        peak = Math.max(peak, server.rss().now)
        if (peer.name === 'manyfutures') held = Math.max(await unread(origin), Number.isNaN(held) ? 0 : held)
      }
      return { peak, held: held / 2 ** 20 }
    }
    const all = await watch()
    const before = latencies
    latencies = []
    rawSocket(clients[1]!.ws).pause()
    const one = await watch()
    clearInterval(timing)
    clearInterval(writing)
    const during = latencies
    // Whether it was cut is seen once what is left in the socket is read.
    const gone = new Promise<boolean>(done => clients[1]!.ws.once('close', () => done(true)))
    rawSocket(clients[1]!.ws).resume()
    const cut = await Promise.race([gone, wait(3_000).then(() => false)])
    return { grownBefore: all.peak - begun, grownDuring: Math.max(0, one.peak - all.peak), held: one.held, p99Before: part(before, 0.99), p99During: part(during, 0.99), cut }
  } finally {
    for (const client of clients) client.leave()
    await server.end('SIGKILL')
    removeFolder(folder)
  }
}

const unread = async (origin: string): Promise<number> => Number(/^manyfutures_unread_bytes (\d+)/m.exec(await (await fetch(`${origin}/metrics`)).text())?.[1] ?? 0)

/** One large text, written anew each time: what stays on the board is small, what travels is not. */
function largeUpdates(say: (update: Uint8Array) => Uint8Array): (text: string) => Uint8Array {
  const doc = new Y.Doc()
  let update: Uint8Array | undefined
  doc.on('update', (made: Uint8Array) => (update = made))
  return text => {
    doc.getMap('records').set('large', text)
    return say(update!)
  }
}

function largePush(dialect: TldrawDialect): (text: string) => string {
  let clock = 100_000
  return text => dialect.push(++clock, { 'shape:c2': ['patch', { props: ['patch', { text: ['put', text] }] }] })
}
