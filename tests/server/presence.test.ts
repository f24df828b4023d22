import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { message } from '../../shared/protocol.ts'
import { readConfig } from '../../server/config.ts'
import { serveConnection } from '../../server/sync/connection.ts'
import { createOwners } from '../../server/sync/owners.ts'
import { createPresence, presencePaceFor } from '../../server/sync/presence.ts'
import { openRoom } from '../../server/sync/room.ts'
import { createCommits } from '../../server/log/commits.ts'
import { random, runSeed } from '../support/random.ts'
import { anyFlow, endlessAccount, IdleSocket, lineTo, type Listener, listener, memoryLog } from '../support/room.ts'
import { times } from '../support/scale.ts'

/* Who is here, with time by hand. */

const presenceOf = (members: Set<Listener>) => createPresence({ members, now: Date.now, owners: createOwners(), canWrite: ({ person }) => person.role !== 'observer', isWriter: () => false })

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] }))
afterEach(() => void vi.useRealTimers())

const states = (...entries: readonly (readonly [client: number, clock: number, state: string])[]): Uint8Array =>
  encoding.encode(encoder => {
    encoding.writeVarUint(encoder, entries.length)
    for (const [client, clock, state] of entries) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, clock)
      encoding.writeVarString(encoder, state)
    }
  })

/** The states in a frame, by client id. */
function statesIn(frame: Uint8Array): Map<number, { clock: number; state: string }> {
  const outer = decoding.createDecoder(frame)
  expect(decoding.readVarUint(outer)).toBe(message.awareness)
  const decoder = decoding.createDecoder(decoding.readVarUint8Array(outer))
  const found = new Map<number, { clock: number; state: string }>()
  for (let i = decoding.readVarUint(decoder); i > 0; i--) found.set(decoding.readVarUint(decoder), { clock: decoding.readVarUint(decoder), state: decoding.readVarString(decoder) })
  return found
}

test('[S9] two hundred pointers at twenty a second: everybody hears one frame a turn, echoes go nowhere, and the table is as large as the room', () => {
  const members = new Set<Listener>()
  const presence = presenceOf(members)
  for (let i = 0; i < 200; i++) members.add(listener(`p${i}`))
  const all = [...members]
  const perSecond = 1_000 / presencePaceFor(200)
  for (let round = 1; round <= 40; round++) {
    for (const [i, member] of all.entries()) {
      presence.receive(member, states([i + 1, round, JSON.stringify({ x: round })]))
      // As stock clients do: what they hear of others they say again.
      presence.receive(member, states([((i + 7) % 200) + 1, round, JSON.stringify({ x: 'echo', person: 'forged' })]))
    }
    vi.advanceTimersByTime(50)
  }
  vi.advanceTimersByTime(1_000)
  expect(presence.size).toBe(200)
  for (const { frames } of all) expect(frames.length).toBeLessThanOrEqual(2 * perSecond + 1)
  const last = new Map(all[0]!.frames.flatMap(frame => [...statesIn(frame)]))
  expect(last.size).toBe(200)
  for (const [client, { state }] of last) expect(JSON.parse(state)).toEqual({ x: 40, person: expect.objectContaining({ id: `p${client - 1}` }) })
  presence.close()
})

test(`[S9] after ${times(10_000)} reconnects nobody is shown who is not here; who falls silent is gone within 45 seconds`, () => {
  const pick = random(runSeed)
  const members = new Set<Listener>()
  const presence = presenceOf(members)
  const here = new Map<number, Listener>()
  for (let i = 0; i < times(10_000); i++) {
    const client = 1 + pick(50)
    const before = here.get(client)
    if (before && pick(3) === 0) {
      members.delete(before)
      presence.leave(before)
      here.delete(client)
    } else {
      // Half-open: the same person comes back while the dead connection still counts.
      const member = listener(`p${client}`)
      members.add(member)
      presence.receive(member, states([client, i + 1, '{}']))
      if (before) {
        members.delete(before)
        presence.leave(before)
      }
      here.set(client, member)
    }
    if (i % 100 === 0) vi.advanceTimersByTime(100)
  }
  expect([runSeed, presence.size]).toEqual([runSeed, here.size])
  const newcomer = listener('newcomer')
  presence.welcome(newcomer)
  expect([...statesIn(newcomer.frames[0]!).keys()].sort()).toEqual([...here.keys()].sort())
  vi.advanceTimersByTime(45_001)
  presence.expire()
  expect(presence.size).toBe(0)
  presence.close()
})

test('[S19] ten quiet minutes: everybody hears something at least every 20 seconds and stays; who answers nothing is ended within a minute', async () => {
  const room = await openRoom('board' as never, { log: memoryLog(), commits: createCommits(memoryLog(), 0), now: Date.now, lost: () => undefined })
  const [quiet, dead] = [new IdleSocket(), new IdleSocket()]
  dead.answers = false
  for (const [i, socket] of [quiet, dead].entries()) {
    serveConnection({ line: lineTo(socket), room, person: { id: `p${i}` as never, name: '', sector: '', role: 'participant' }, link: 'l', config: readConfig({}), account: endlessAccount(), flow: anyFlow, now: Date.now, dropped: () => undefined })
  }
  const heard = (): number => quiet.sent.length
  for (let before = heard(), second = 0; second < 600; second += 20) {
    vi.advanceTimersByTime(20_000)
    expect(heard()).toBeGreaterThan(before)
    before = heard()
    if (second === 40) expect(dead.closed).toBeDefined()
  }
  expect(quiet.closed).toBeUndefined()
  // Nobody's presence: a stock client takes it without a word, and counts it as a sign of life.
  expect(statesIn(quiet.sent.at(-1)!).size).toBe(0)
  quiet.terminate()
})
