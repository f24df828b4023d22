import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import * as decoding from 'lib0/decoding'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { expect, test } from 'vitest'
import { close, durable, message, sync } from '../../shared/protocol.ts'
import { createCommits } from '../../server/log/commits.ts'
import { openByItself } from '../../server/sync/by-itself/room.ts'
import { createRooms, Closed, type RoomsOptions } from '../../server/sync/rooms.ts'
import { createTroubles, type Isolation } from '../../server/sync/troubles.ts'
import type { DocId } from '../../server/storage/log.ts'
import { stockClient, until } from '../support/client.ts'
import { manyfutures } from '../support/command.ts'
import { map, one, value } from '../support/crafted.ts'
import { type Listener, listener, memoryLog } from '../support/room.ts'
import { joinAs, makeBoard, removeFolder, startServer } from '../support/server.ts'

/* Where something goes wrong with a board, and who notices. */

const [bad, good] = ['bad', 'good'] as unknown as [DocId, DocId]
const written = (client: number, name: string, clock = 0): Uint8Array => one({ in: 'records', name, content: value(1) }, client, clock)

/** Isolations in memory, as a store keeps them. */
function memoryIsolations(kept = new Map<DocId, Isolation>()) {
  return {
    kept,
    all: async () => [...kept.values()],
    set: async (isolation: Isolation) => void kept.set(isolation.doc, isolation),
    release: async (doc: DocId) => void kept.delete(doc),
  }
}

async function stage(options: Partial<RoomsOptions> = {}) {
  const log = memoryLog()
  const isolations = memoryIsolations()
  const troubles = await createTroubles({ isolations, date: Date.now, now: () => performance.now(), failed: error => expect(error).toBeUndefined() })
  const lost: [DocId, string, unknown][] = []
  const rooms = createRooms({ log, commits: createCommits(log, 0), now: () => performance.now(), idleMs: 0, retryMs: 0, troubles, openByItself, lost: (doc, error, loss) => void lost.push([doc, loss, error]), ...options })
  return { log, rooms, isolations, troubles, lost }
}

const records = (frames: readonly Uint8Array[]): string[] => {
  const doc = new Y.Doc()
  for (const frame of frames) {
    const decoder = decoding.createDecoder(frame)
    if (decoding.readVarUint(decoder) !== message.sync) continue
    const kind = decoding.readVarUint(decoder)
    if (kind === sync.step2 || kind === sync.update) Y.applyUpdate(doc, decoding.readVarUint8Array(decoder))
  }
  return [...doc.getMap('records').keys()].sort()
}

/** Somebody of whom a test can wait for something. */
function waiter(id: string, role?: 'observer'): Listener & { hears(holds: (frames: readonly Uint8Array[]) => boolean): Promise<void>; over: Promise<number> } {
  const base = listener(id, role)
  let look = (): void => undefined
  let tellOver: (code: number) => void
  const over = new Promise<number>(done => (tellOver = done))
  const ends = (reason: { code: number }): void => {
    base.ended.push(reason.code)
    tellOver(reason.code)
  }
  return {
    ...base,
    over,
    send(frame, sent) {
      base.frames.push(frame)
      sent?.()
      look()
    },
    end: ends,
    refuse: ends,
    hears: holds =>
      new Promise(done => {
        look = () => holds(base.frames) && done()
        look()
      }),
  }
}

test('[S38] a board that throws while it is served ends for those on it; its log is as it was, others go on, and it is served by itself from then on', async () => {
  const { log, rooms, isolations, lost } = await stage()
  const [room, other] = [await rooms.open(bad), await rooms.open(good)]
  const [ana, ben] = [waiter('ana'), waiter('ben')]
  room.join(ana)
  other.join(ben)
  room.receive(ana, written(1, 'kept'))
  await room.flushed()
  const live = await room.document()
  live.on('beforeTransaction', () => {
    throw new Error('cleverer than we are')
  })
  room.receive(ana, written(1, 'fatal', 1))
  other.receive(ben, written(2, 'goes on'))
  expect(await ana.over).toBe(close.fault.code)
  await other.flushed()
  other.acknowledge(ben, 1)
  await ben.hears(frames => frames.some(frame => frame[0] === message.durability && frame[2] === durable.committed))
  expect(lost).toEqual([[bad, 'fault', expect.objectContaining({ message: 'cleverer than we are' })]])
  expect((await log.load(bad)).entries).toHaveLength(1)
  expect([...isolations.kept.keys()]).toEqual([bad])

  // By itself it has what was kept, takes what is sent, and says when that is on disk.
  const again = await rooms.open(bad)
  const [cyd, eve] = [waiter('cyd'), waiter('eve', 'observer')]
  again.join(cyd)
  again.replySync(cyd, Uint8Array.of(0))
  await cyd.hears(frames => records(frames).includes('kept'))
  again.join(eve)
  again.replySync(eve, Uint8Array.of(0))
  again.receive(cyd, written(5, 'by itself'))
  again.acknowledge(cyd, 7)
  await cyd.hears(frames => frames.some(frame => frame[0] === message.durability && frame[1] === 7 && frame[2] === durable.committed))
  await eve.hears(frames => records(frames).includes('by itself'))
  expect((await log.load(bad)).entries).toHaveLength(2)
  // What may not be is refused there as here.
  again.receive(cyd, one({ in: 'rings', name: 'x', content: map }, 6))
  expect(await cyd.over).toBe(close.unfit.code)
  again.leave(cyd)
  await rooms.closeAll(close.restarting)
  expect(await eve.over).toBe(close.restarting.code)
})

/** Processes that this one started. */
const children = (): number[] => execFileSync('ps', ['-o', 'pid=', '--ppid', String(process.pid)], { encoding: 'utf8' }).split('\n').map(Number).filter(Boolean)
const served = (): number[] => children().filter(pid => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('by-itself/process.ts')
  } catch {
    return false // It has just ended.
  }
})

test('[S38] where the process of a board ends, those on it are asked to come back, and nobody else notices; twice at once, and it is closed for a while', async () => {
  const { rooms, troubles, lost } = await stage()
  troubles.failed(bad, 'made up')
  const other = await rooms.open(good)
  const ben = waiter('ben')
  other.join(ben)
  for (let i = 0; i < 2; i++) {
    const room = await rooms.open(bad)
    const ana = waiter(`ana${i}`)
    room.join(ana)
    const [pid] = served()
    process.kill(pid!, 'SIGKILL')
    expect(await ana.over).toBe(close.fault.code)
  }
  await expect(rooms.open(bad)).rejects.toBeInstanceOf(Closed)
  await expect(rooms.open(bad)).rejects.toBeInstanceOf(Closed)
  other.receive(ben, written(2, 'goes on'))
  await other.flushed()
  expect([ben.ended, lost.map(([doc, loss]) => [doc, loss])]).toEqual([[], [[bad, 'fault'], [bad, 'fault']]])
  expect(served()).toEqual([])
  await rooms.closeAll(close.restarting)
})

test('[S38] a closed board is tried once in ten minutes however many knock, is served by itself for an hour, and is as others after that', async () => {
  let now = 0
  const isolations = memoryIsolations()
  const make = () => createTroubles({ isolations, date: () => 1e12 + now, now: () => now, failed: error => expect(error).toBeUndefined() })
  const troubles = await make()
  const minute = 60_000
  expect(troubles.way(bad)).toBe('beside others')
  troubles.failed(bad, 'threw')
  expect([troubles.way(bad), troubles.way(good)]).toEqual(['by itself', 'beside others'])
  troubles.failed(bad, 'could not be opened')
  expect(troubles.way(bad)).toBe('by itself')
  troubles.failed(bad, 'could not be opened')
  expect([troubles.way(bad), troubles.way(bad)]).toEqual(['not at all', 'not at all'])
  now += 10 * minute
  expect([troubles.way(bad), troubles.way(bad), troubles.way(bad)]).toEqual(['by itself', 'not at all', 'not at all'])
  now += 10 * minute
  expect(troubles.way(bad)).toBe('by itself')
  troubles.opened(bad)
  now += 2 * minute
  // It went well for a while: one more fault is one fault.
  troubles.failed(bad, 'threw')
  expect(troubles.way(bad)).toBe('by itself')
  // A server that starts again knows of it.
  expect((await make()).way(bad)).toBe('by itself')
  expect(isolations.kept.get(bad)).toMatchObject({ faults: 4, cause: 'threw' })
  // A host releases it, or an hour passes.
  await isolations.release(bad)
  await troubles.refresh()
  expect(troubles.way(bad)).toBe('beside others')
  troubles.failed(good, 'threw')
  now += 61 * minute
  expect([troubles.way(good), (await make()).way(good)]).toEqual(['beside others', 'beside others'])
})

/** Runs a program inside another process, by the door that Node opens for whoever owns it. */
async function runInside(pid: number, says: (what: string) => Promise<void>, output: () => string, program: string): Promise<void> {
  process.kill(pid, 'SIGUSR1')
  await says('Debugger listening on ')
  const ws = new WebSocket(/Debugger listening on (ws:\S+)/.exec(output())![1]!)
  await new Promise(open => ws.once('open', open))
  ws.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: program } }))
}

/** The server itself: what its parent started. */
const childOf = (pid: number): number => Number(execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).trim().split('\n')[0])

test('[S39] a server that hangs says where, is ended and is started again by its parent; what was saved is there, and people come back by themselves', { timeout: 60_000 }, async () => {
  const port = 20_000 + (process.pid % 20_000)
  const server = await startServer({ PORT: String(port) })
  const board = await makeBoard(server.url)
  const ana = stockClient(server.url, board.id, (await joinAs(server.url, board, 'participant', 'Ana')).ticket)
  await ana.synced()
  ana.doc.getMap('records').set('before', 1)
  expect(await ana.saved()).toBe(durable.committed)
  const first = childOf(server.pid)
  const gone = ana.closed()
  await runInside(first, server.says, server.output, 'setTimeout(function hangsOnPurpose() { for (;;); })')
  await server.says('got round to nothing')
  await gone
  await server.says('is started again')
  expect(server.output()).toContain('hangsOnPurpose')
  ana.doc.getMap('records').set('after', 2)
  await ana.synced()
  expect(await ana.saved()).toBe(durable.committed)
  const ben = stockClient(server.url, board.id, (await joinAs(server.url, board, 'participant', 'Ben')).ticket)
  await ben.synced()
  expect([...ben.doc.getMap('records').keys()].sort()).toEqual(['after', 'before'])
  expect(childOf(server.pid)).not.toBe(first)
  for (const client of [ana, ben]) client.leave()
  // Asked to stop it stays down.
  expect(await server.stop()).toBe(0)
  removeFolder(server.folder)
})

test('[S39] a board that was being served when a fault ended the server is served by itself, until the host releases it', { timeout: 60_000 }, async () => {
  const port = 40_000 + (process.pid % 20_000)
  const server = await startServer({ PORT: String(port) })
  const board = await makeBoard(server.url)
  const ana = stockClient(server.url, board.id, (await joinAs(server.url, board, 'participant', 'Ana')).ticket)
  await ana.synced()
  // It is at work on this board when it ends.
  let nth = 0
  const write = setInterval(() => ana.doc.getMap('records').set('busy', nth++), 1)
  await until(ana.doc, () => nth > 20)
  process.kill(childOf(server.pid), 'SIGABRT')
  await server.says('served by itself for an hour')
  clearInterval(write)
  await ana.synced()
  expect(await ana.saved()).toBe(durable.committed)
  const listed = await manyfutures(['release'], { env: { DATA_DIR: server.folder } })
  expect(listed).toMatchObject({ code: 0, out: expect.stringMatching(new RegExp(`^${board.id}\\t.*ended while this board was served`)) })
  const pid = childOf(server.pid)
  expect(readFileSync(`/proc/${childOf(pid)}/cmdline`, 'latin1')).toContain('by-itself/process.ts')
  expect(await manyfutures(['release', board.id], { env: { DATA_DIR: server.folder } })).toMatchObject({ code: 0, err: expect.stringContaining('beside others again') })
  expect(await manyfutures(['release'], { env: { DATA_DIR: server.folder } })).toMatchObject({ code: 0, out: '' })
  expect(await manyfutures(['release', 'nosuchboard'], { env: { DATA_DIR: server.folder } })).toMatchObject({ code: 1, err: expect.stringContaining('no board') })
  ana.leave()
  expect(await server.stop()).toBe(0)
  removeFolder(server.folder)
})

test('[S39] a server and its parent that are both asked to stop at once end well', async () => {
  const server = await startServer()
  const child = childOf(server.pid)
  const ended = server.stop()
  process.kill(child, 'SIGTERM')
  expect(await ended).toBe(0)
  removeFolder(server.folder)
})

test('[S39] a server that refuses to start is not started again and again, and one whose parent is gone goes', async () => {
  const server = await startServer()
  const child = childOf(server.pid)
  await server.kill()
  await new Promise<void>(done => {
    const look = (): void => {
      try {
        process.kill(child, 0)
        setImmediate(look)
      } catch {
        done()
      }
    }
    look()
  })
  const again = await startServer({}, server.folder)
  expect(await again.stop()).toBe(0)
  await expect(startServer({ PORT: 'none' })).rejects.toThrow(/ended with 1: PORT=none cannot be used/)
  removeFolder(server.folder)
})
