import { random } from '../../support/random.ts'
import { freshFolder, removeFolder, wait } from './machine.ts'
import type { Peer } from './peers.ts'
import { framed, speaker } from './sockets.ts'
import { visit } from './visitor.ts'

/* Five people move their cards, one watches, and the server is killed as a power cut would; a newcomer then looks for what the watcher saw. */

export interface KillResult {
  readonly kills: number
  readonly seen: number
  /** Moves that the watcher saw and the newcomer did not. */
  readonly lost: number
  readonly killsWithLoss: number
}

const writers = 5
const rate = 10

export async function killed(peer: Peer, kills: number, seed: number): Promise<KillResult> {
  const pick = random(seed)
  const result = { kills, seen: 0, lost: 0, killsWithLoss: 0 }
  for (let i = 0; i < kills; i++) {
    const folder = freshFolder()
    let server = await peer.start(folder)
    try {
      const dialect = peer.dialect()
      const lasts = 300 + pick(2_700)
      await dialect.prepare(`http://127.0.0.1:${server.port}`, 1)
      const origin = `http://127.0.0.1:${server.port}`
      const seenUpTo = new Map<number, number>()
      const watcher = await speaker(await dialect.door(origin, 0), (await dialect.script(0, writers, 1)).hello.map(framed), data => {
        for (const [nth, upTo] of dialect.seen(data)) seenUpTo.set(nth, Math.max(upTo, seenUpTo.get(nth) ?? 0))
      })
      const people = await Promise.all(
        Array.from({ length: writers }, async (_, nth) => {
          const { hello, card, moves, points } = await dialect.script(0, nth, 400)
          return { ...(await speaker(await dialect.door(origin, 0), [...hello, card].map(framed), () => undefined)), moves: moves.map(framed), points: points.map(framed) }
        }),
      )
      const begun = performance.now()
      for (let k = 0; performance.now() - begun < lasts; k++) {
        for (const { say, moves, points } of people) {
          say(moves[k]!)
          say(points[k]!)
        }
        await wait(1_000 / rate)
      }
      await server.end('SIGKILL')
      for (const each of [watcher, ...people]) each.leave()
      server = await peer.start(folder)
      const newcomer = await visit(dialect, `http://127.0.0.1:${server.port}`, 0)
      await newcomer.synced
      // A server that calls an empty board complete gets time to load it.
      await wait(500)
      const cards = newcomer.cards()
      let lost = 0
      for (const [nth, upTo] of seenUpTo) {
        result.seen += upTo
        lost += Math.max(0, upTo - (cards.get(`c${nth}`)?.x ?? 0))
      }
      result.lost += lost
      if (lost) result.killsWithLoss++
      newcomer.leave()
    } finally {
      await server.end('SIGKILL')
      removeFolder(folder)
    }
  }
  return result
}
