import { freshFolder, part, processorSeconds, removeFolder, wait } from './machine.ts'
import type { Peer } from './peers.ts'
import { deafSpeaker, framed, type Speaker, speaker } from './sockets.ts'

/*
 * Everybody on a board moves a card and a pointer ten times a second each. How long until the others see it, and what does it cost?
 * Four of them read what they get; the rest only count bytes, so that the generator is not what is measured.
 */

export interface FanOut {
  readonly rooms: number
  readonly people: number
  /** Moves a second of each; as many pointers where `points`. */
  readonly rate: number
  readonly points: boolean
  readonly seconds: number
}

export interface FanOutResult {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** Share of moves not seen two seconds after the end. */
  readonly missed: number
  /** Microseconds of processor time for each move delivered to one person, pointers included. */
  readonly perDelivery: number
  /** Share of one core. */
  readonly cpu: number
  readonly rss: number
  readonly megabytesOut: number
  /** Share of one core that the generator used: near 1 it is the limit, not the server. */
  readonly generator: number
}

const warmUpMs = 1_500
const graceMs = 2_000
const readers = 4

export async function fanOut(peer: Peer, { rooms, people, rate, points, seconds }: FanOut): Promise<FanOutResult> {
  const folder = freshFolder()
  const server = await peer.start(folder)
  const clients: Speaker[] = []
  try {
    const dialect = peer.dialect()
    const origin = `http://127.0.0.1:${server.port}`
    await dialect.prepare(origin, rooms)

    let bytes = 0
    let expected = 0
    let from = Number.POSITIVE_INFINITY
    let until = Number.POSITIVE_INFINITY
    const latencies: number[] = []
    // One reader a room where there are many rooms, four in a single one; spread, so that none is always told first.
    const reads = (nth: number): boolean => (rooms > 1 ? nth % people === 0 : nth % Math.max(1, Math.floor(people / readers)) === 0)
    const reading = Array.from({ length: rooms * people }, (_, nth) => reads(nth))
    const readersInRoom = reading.slice(0, people).filter(Boolean).length
    const sentAt = reading.map(() => new Float64Array(4_096))
    const hearAs = (nth: number) => {
      const seenUpTo = new Map<number, number>()
      return (data: Buffer): void => {
        bytes += data.length
        const now = performance.now()
        for (const [other, upTo] of dialect.seen(data)) {
          const before = seenUpTo.get(other) ?? 0
          if (other === nth || upTo <= before) continue
          for (let k = before + 1; k <= upTo; k++) {
            const sent = sentAt[other]![k]!
            if (sent >= from && sent < until) latencies.push(now - sent)
          }
          seenUpTo.set(other, upTo)
        }
      }
    }

    const scripts: { moves: Buffer[]; points: Buffer[] }[] = []
    for (const [nth, isReader] of reading.entries()) {
      const room = Math.floor(nth / people)
      const script = await dialect.script(room, nth, Math.ceil((seconds + warmUpMs / 1_000 + 1) * rate))
      const hello = [...script.hello, script.card].map(framed)
      const door = await dialect.door(origin, room)
      clients.push(isReader ? await speaker(door, hello, hearAs(nth)) : await deafSpeaker(door, hello, length => (bytes += length)))
      scripts.push({ moves: script.moves.map(framed), points: points ? script.points.map(framed) : [] })
    }
    const moved = clients.map(() => 0)
    const pointed = clients.map(() => 0)

    const begun = performance.now()
    const end = begun + warmUpMs + seconds * 1_000
    from = begun + warmUpMs
    until = end
    const every = 1_000 / rate
    // Everybody's first move and pointer, spread evenly over the time between two moves.
    const due = clients.map((_, nth) => begun + (nth / clients.length) * every)
    const duePoint = due.map(at => at + every / 2)
    let usage: { server: number; load: number; bytes: number; moves: number } | undefined
    let moves = 0
    await new Promise<void>(done => {
      const step = (): void => {
        const now = performance.now()
        if (!usage && now >= from) usage = { server: server.cpu(), load: processorSeconds(), bytes, moves }
        if (now >= end || !server.alive()) return done()
        for (const [nth, client] of clients.entries()) {
          if (!client.open) continue
          if (due[nth]! <= now) {
            due[nth] = Math.max(due[nth]! + every, now - every)
            const k = ++moved[nth]!
            const frame = scripts[nth]!.moves[k - 1]
            if (!frame) continue
            const sent = performance.now()
            sentAt[nth]![k] = sent
            client.say(frame)
            moves++
            if (sent >= from) expected += readersInRoom - (reading[nth] ? 1 : 0)
          }
          if (points && duePoint[nth]! <= now) {
            duePoint[nth] = Math.max(duePoint[nth]! + every, now - every)
            const frame = scripts[nth]!.points[pointed[nth]!++]
            if (frame) client.say(frame)
          }
        }
        setTimeout(step, 2)
      }
      step()
    })
    const took = (performance.now() - from) / 1_000
    const cpu = server.alive() ? server.cpu() - usage!.server : Number.NaN
    const generator = (processorSeconds() - usage!.load) / took
    const measuredMoves = moves - usage!.moves
    const megabytesOut = (bytes - usage!.bytes) / 1e6 / took
    await wait(graceMs)
    return {
      p50: part(latencies, 0.5),
      p95: part(latencies, 0.95),
      p99: part(latencies, 0.99),
      missed: expected ? 1 - latencies.length / expected : Number.NaN,
      perDelivery: (cpu * 1e6) / (measuredMoves * (people - 1)),
      cpu: cpu / took,
      rss: server.alive() ? server.rss().now : Number.NaN,
      megabytesOut,
      generator,
    }
  } finally {
    for (const client of clients) client.leave()
    await server.end('SIGKILL')
    removeFolder(folder)
  }
}
