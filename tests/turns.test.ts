import { expect, test, vi } from 'vitest'
import { createCache } from '../server/ops/cache.ts'
import { createTurnsByKey } from '../server/ops/by-key.ts'
import { createLargeWrites } from '../server/large-writes.ts'
import { createSharing } from '../server/sharing.ts'
import { type Asker, createTurns } from '../server/turns.ts'
import { random, runSeed } from './support/random.ts'

/* Who gets their turn when, who gives it back, and what is done once for many. */

const full = () => new Error('Come back in a minute.')
const from = (address: string, controller = new AbortController()): Asker & { leave(): void } => ({ address, gone: controller.signal, leave: () => controller.abort() })
/** Work that is done when the test says so. */
function byHand() {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const work = (name: string) => () => {
    begun.push(name)
    return new Promise<string>(done => ends.set(name, () => done(name)))
  }
  const end = async (name: string) => {
    ends.get(name)!()
    for (let i = 0; i < 10; i++) await Promise.resolve()
  }
  return { begun, work, end }
}
const settled = (promise: Promise<unknown>): Promise<unknown> => promise.then(value => ['done', value], (error: Error) => ['refused', error.message])

test('[H24] one address that asks for much does not keep another waiting: they take turns', async () => {
  const { begun, work, end } = byHand()
  const turns = createTurns({ full })
  const crowd = from('crowd')
  for (let i = 0; i < 6; i++) void turns.take(crowd, work(`crowd ${i}`))
  for (const name of ['ana', 'ben']) void turns.take(from(name), work(name))
  for (const name of ['crowd 0', 'crowd 1', 'ana', 'ben', 'crowd 2', 'crowd 3']) await end(name)
  expect(begun).toEqual(['crowd 0', 'crowd 1', 'ana', 'ben', 'crowd 2', 'crowd 3', 'crowd 4'])
})

test('[H24] one address can hold its share of the places and no more; where all are taken, whoever has most gives one to whoever has none', async () => {
  const { work } = byHand()
  const turns = createTurns({ full, most: 8, mostOfAddress: 5 })
  const crowd = Array.from({ length: 9 }, (_, i) => settled(turns.take(from('crowd'), work(`crowd ${i}`))))
  // One is at work and five wait; the rest was refused at once.
  expect(await Promise.all(crowd.slice(6))).toEqual(Array.from({ length: 3 }, () => ['refused', 'Come back in a minute.']))
  const others = ['ana', 'ben', 'cleo'].map(name => settled(turns.take(from(name), work(name))))
  expect(turns.waiting).toBe(8)
  // Nothing is left; each who has nothing yet takes the place of the crowd’s last, until nobody has more than one.
  for (const [name, place] of [['dan', 5], ['eve', 4], ['fay', 3], ['gus', 2]] as const) {
    others.push(settled(turns.take(from(name), work(name))))
    expect([turns.waiting, await crowd[place]]).toEqual([8, ['refused', 'Come back in a minute.']])
  }
  expect(await settled(turns.take(from('hal'), work('hal')))).toEqual(['refused', 'Come back in a minute.'])
  expect([turns.waiting, others.length]).toEqual([8, 7])
})

test('[H24] whoever leaves while waiting gives the place back at once, and is not begun', async () => {
  const { begun, work, end } = byHand()
  const turns = createTurns({ full, most: 2 })
  void turns.take(from('ana'), work('ana'))
  const ben = from('ben')
  const waiting = settled(turns.take(ben, work('ben')))
  void turns.take(from('cleo'), work('cleo'))
  expect(await settled(turns.take(from('dan'), work('dan')))).toEqual(['refused', 'Come back in a minute.'])
  ben.leave()
  expect([await waiting, turns.waiting]).toEqual([['refused', 'This operation was aborted'], 1])
  void turns.take(from('dan'), work('dan'))
  for (const name of ['ana', 'cleo']) await end(name)
  expect(begun).toEqual(['ana', 'cleo', 'dan'])
  expect(await settled(turns.take(ben, work('ben')))).toEqual(['refused', 'This operation was aborted'])
})

test('[H24] what is little is written at once, what is large one after another with time for all others in between', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const { write } = createLargeWrites()
    const { begun, work, end } = byHand()
    const megabytes = (count: number) => count * 2 ** 20
    void write(megabytes(10), from('crowd'), work('crowd 0'))
    void write(megabytes(10), from('crowd'), work('crowd 1'))
    void write(megabytes(2), from('ana'), work('ana'))
    void write(megabytes(1), from('crowd'), work('little'))
    expect(begun).toEqual(['crowd 0', 'little'])
    await end('crowd 0')
    await vi.advanceTimersByTimeAsync(4_999)
    expect(begun).toEqual(['crowd 0', 'little'])
    await vi.advanceTimersByTimeAsync(1)
    expect(begun.slice(2)).toEqual(['crowd 1'])
    await end('crowd 1')
    await vi.advanceTimersByTimeAsync(5_000)
    await end('ana')
    expect(begun.slice(2)).toEqual(['crowd 1', 'ana'])
  } finally {
    vi.useRealTimers()
  }
})

test('[H24] what fails gives the turn on, and random comings and goings leave nobody waiting for ever', async () => {
  const pick = random(runSeed)
  const turns = createTurns({ full, most: 10, mostOfAddress: 4 })
  const all: Promise<unknown>[] = []
  let busy = 0
  for (let i = 0; i < 400; i++) {
    const asker = from(`a${pick(6)}`)
    all.push(settled(turns.take(asker, async () => {
      expect(++busy, `seed ${runSeed}`).toBe(1)
      for (let wait = pick(4); wait > 0; wait--) await Promise.resolve()
      busy--
      if (pick(5) === 0) throw new Error('It failed.')
    })))
    if (pick(4) === 0) asker.leave()
    for (let wait = pick(6); wait > 0; wait--) await Promise.resolve()
  }
  await Promise.all(all)
  expect(turns.waiting).toBe(0)
})

test('[H25] the same work asked for by many at once is done once, and ended once the last of them has gone', async () => {
  const sharing = createSharing<string>()
  const askers = [from('ana'), from('ben'), from('cleo')]
  const signals: AbortSignal[] = []
  let finish: (value: string) => void = () => undefined
  const work = ({ gone }: Asker) => {
    signals.push(gone)
    return new Promise<string>(done => (finish = done))
  }
  const [ana, ben, cleo] = askers.map(asker => settled(sharing.share('board', asker, work)))
  askers[0]!.leave()
  expect([await ana, signals.length, signals[0]!.aborted]).toEqual([['refused', 'This operation was aborted'], 1, false])
  finish('seen')
  expect(await Promise.all([ben, cleo])).toEqual([['done', 'seen'], ['done', 'seen']])
  // Everybody leaves: it is ended, and whoever comes then begins anew.
  const [dan, eve] = [from('dan'), from('eve')]
  const left = [dan, eve].map(asker => settled(sharing.share('board', asker, work)))
  for (const asker of [dan, eve]) asker.leave()
  await Promise.all(left)
  expect(signals.map(signal => signal.aborted)).toEqual([false, true])
  void sharing.share('board', from('fay'), work)
  expect(signals).toHaveLength(3)
})

test('[H25] what is kept has a most: what was asked for longest ago goes first', () => {
  const cache = createCache<string>(100)
  for (const [key, bytes] of [['a', 40], ['b', 40], ['a', 30]] as const) cache.set(key, key, bytes)
  expect([cache.get('a'), cache.get('b'), cache.bytes]).toEqual(['a', 'b', 70])
  cache.get('a')
  cache.set('c', 'c', 40)
  expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.bytes]).toEqual(['a', undefined, 'c', 70])
  cache.set('a', 'large', 101)
  cache.delete('c')
  expect([cache.get('a'), cache.bytes]).toEqual([undefined, 0])
})

test('[H29] what is counted and then done is done one after another under one key, whatever fails, and forgotten afterwards', async () => {
  const turns = createTurnsByKey()
  let places = 3
  const take = () =>
    turns.after('board', async () => {
      const left = places
      await Promise.resolve()
      if (left === 0) throw new Error('No room.')
      places = left - 1
    })
  const answers = await Promise.all(Array.from({ length: 8 }, () => settled(take())))
  expect([answers.filter(answer => (answer as string[])[0] === 'done').length, places]).toEqual([3, 0])
  await Promise.resolve()
  expect(turns.size).toBe(0)
})
