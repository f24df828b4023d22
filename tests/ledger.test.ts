import { expect, test } from 'vitest'
import { createLedger, type HeldKind, heldKinds } from '../server/ops/ledger.ts'
import { random, runSeed } from './support/random.ts'

/* What the server keeps for somebody is counted against them, and against the server. */

test('[H22] bytes are counted against an address and the server, and refused beyond the most of either', () => {
  const ledger = createLedger({ mostOfAddress: 100, mostOfServer: 150 })
  const [ana, ben, cleo] = ['a', 'b', 'c'].map(address => ledger.of(address))
  expect(ana!.take(60)).toBe(true)
  expect([ana!.take(41), ledger.lacking('a', 41)]).toEqual([false, 'address'])
  expect([ben!.take(80), ben!.held, ledger.held]).toEqual([true, 80, 140])
  expect([cleo!.take(11), ledger.lacking('c', 11)]).toEqual([false, 'server'])
  expect([cleo!.take(10), ledger.lacking('c', 1)]).toEqual([true, 'server'])
  expect(ledger.heaviest()).toEqual({ address: 'b', held: 80 })
  ben!.giveAll()
  expect([ledger.held, ledger.heaviest(), ledger.lacking('c', 80)]).toEqual([70, { address: 'a', held: 60 }, undefined])
})

test('[H22] handles of one address share its most; what one took the other cannot give back, and nothing is given back twice', () => {
  const ledger = createLedger({ mostOfAddress: 100, mostOfServer: 0 })
  const [one, other] = [ledger.of('a', 'bodies'), ledger.of('a', 'answers')]
  expect([one.take(70), other.take(31), other.take(30)]).toEqual([true, false, true])
  expect([one.held, other.held]).toEqual([100, 100])
  other.give(1_000)
  expect([one.held, ledger.byKind()]).toEqual([70, { bodies: 70, answers: 0, uploads: 0, frames: 0 }])
  other.give(30)
  other.giveAll()
  one.give(-5)
  expect([one.take(Number.NaN), one.take(-1), ledger.held]).toEqual([false, false, 70])
})

test('[H22] of one kind less may be kept than of all, and another kind is none of that', () => {
  const ledger = createLedger({ mostOfAddress: 100, mostOfServer: 0, mostOfKind: { frames: 40 } })
  const [frames, more, bodies] = [ledger.of('a', 'frames'), ledger.of('a', 'frames'), ledger.of('a', 'bodies')]
  expect([frames.take(30), more.take(11), more.take(10), bodies.take(61), bodies.take(60)]).toEqual([true, false, true, false, true])
  expect(ledger.of('b', 'frames').take(40)).toBe(true)
  frames.giveAll()
  expect([more.take(30), ledger.lacking('a', 1, 'frames'), ledger.lacking('b', 1, 'frames')]).toEqual([true, 'address', 'address'])
})

test('[H22] an address that nothing is kept for takes no memory, however many there were', () => {
  const ledger = createLedger({ mostOfAddress: 0, mostOfServer: 0 })
  for (let i = 0; i < 10_000; i++) {
    const account = ledger.of(`address ${i}`)
    expect(account.take(i)).toBe(true)
    account.giveAll()
  }
  expect([ledger.addresses, ledger.held, ledger.heaviest()]).toEqual([0, 0, undefined])
})

test('[H22] whatever is taken and given in whatever order, no figure is ever below nothing or beside the sum of what is held', () => {
  const pick = random(runSeed)
  const ledger = createLedger({ mostOfAddress: 500, mostOfServer: 2_000 })
  const kinds = Object.keys(heldKinds) as HeldKind[]
  const handles = Array.from({ length: 30 }, () => ({ account: ledger.of(`a${pick(8)}`, kinds[pick(kinds.length)]!), mine: 0 }))
  for (let step = 0; step < 5_000; step++) {
    const handle = handles[pick(handles.length)]!
    const bytes = pick(200)
    if (pick(2)) {
      if (handle.account.take(bytes)) handle.mine += bytes
    } else {
      handle.account.give(bytes)
      handle.mine = Math.max(0, handle.mine - bytes)
    }
    const sum = handles.reduce((all, { mine }) => all + mine, 0)
    const said = { held: ledger.held, kinds: Object.values(ledger.byKind()).reduce((a, b) => a + b, 0) }
    expect(said, `seed ${runSeed}, step ${step}`).toEqual({ held: sum, kinds: sum })
    expect(sum).toBeLessThanOrEqual(2_000)
  }
})
