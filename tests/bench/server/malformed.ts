import { random } from '../../support/random.ts'
import { freshFolder, part, removeFolder, wait } from './machine.ts'
import type { Peer } from './peers.ts'
import { framed, openSocket, rawSocket, speaker } from './sockets.ts'

/* Two people work while a third sends frames that are none: first garbage in proper frames, then frames that are broken themselves. */

export interface MalformedResult {
  readonly survivesGarbage: boolean
  readonly survivesBrokenFrames: boolean
  /** Connections the third needed: each bad frame should end one. */
  readonly connections: number
  /** Frames of it that reached others. */
  readonly handedOn: number
  /** Share of one person's moves that the other saw. */
  readonly seen: number
  readonly p99Before: number
  readonly p99During: number
}

/** Frames that no WebSocket may send: a length of 2^63, a reserved bit, an unknown opcode, text that is no UTF-8. */
const broken = [[0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0], [0xc2, 0x80, 0, 0, 0, 0], [0x83, 0x80, 0, 0, 0, 0], [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]].map(bytes => Buffer.from(bytes))

export async function malformed(peer: Peer, frames: number, seed: number): Promise<MalformedResult> {
  const pick = random(seed)
  const folder = freshFolder()
  const server = await peer.start(folder)
  try {
    const dialect = peer.dialect()
    const origin = `http://127.0.0.1:${server.port}`
    await dialect.prepare(origin, 1)
    const sentAt: number[] = []
    const latencies: number[] = []
    let upTo = 0
    let handedOn = 0
    const reader = await speaker(await dialect.door(origin, 0), [...(await dialect.script(0, 1, 1)).hello].map(framed), data => {
      try {
        for (const [nth, seen] of dialect.seen(data)) {
          if (nth !== 0) continue
          for (let k = upTo + 1; k <= seen; k++) latencies.push(performance.now() - sentAt[k]!)
          upTo = Math.max(upTo, seen)
        }
      } catch {
        handedOn++ // A frame that is none reached somebody it was not meant for.
      }
    })
    const { hello, card, moves } = await dialect.script(0, 0, 4_000)
    const writer = await speaker(await dialect.door(origin, 0), [...hello, card].map(framed), () => undefined)
    const ready = moves.map(framed)
    let said = 0
    const writing = setInterval(() => {
      if (!writer.open) return
      sentAt[++said] = performance.now()
      writer.say(ready[said - 1]!)
    }, 20)
    await wait(1_500)
    const before = latencies.splice(0)

    let connections = 0
    let attacker: Awaited<ReturnType<typeof openSocket>> | undefined
    const attack = async (bytes: Buffer): Promise<void> => {
      if (!attacker || attacker.readyState !== attacker.OPEN) {
        attacker = await openSocket(await dialect.door(origin, 0)).catch(() => undefined)
        if (!attacker) return
        connections++
        attacker.on('error', () => undefined) // It is what this is about.
        attacker.resume()
      }
      rawSocket(attacker)?.write(bytes)
    }
    for (let i = 0; i < frames && server.alive(); i++) {
      const garbage = Buffer.from(Array.from({ length: 1 + pick(200) }, () => pick(256)))
      if (pick(2)) garbage[0] = pick(4)
      await attack(framed(garbage))
      if (i % 20 === 19) await wait(1)
    }
    await wait(500)
    const survivesGarbage = server.alive()
    for (let i = 0; i < 100 && server.alive(); i++) {
      await attack(broken[i % broken.length]!)
      await wait(5)
    }
    await wait(500)
    clearInterval(writing)
    const survivesBrokenFrames = server.alive()
    await wait(500)
    attacker?.terminate()
    reader.leave()
    writer.leave()
    return { survivesGarbage, survivesBrokenFrames, connections, handedOn, seen: upTo / said, p99Before: part(before, 0.99), p99During: part(latencies, 0.99) }
  } finally {
    await server.end('SIGKILL')
    removeFolder(folder)
  }
}
