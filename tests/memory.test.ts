import { beforeEach, expect, test, vi } from 'vitest'
import { forgetPlace, holdsMore, placeOf, recentBoard, recentBoards, remember, rememberedBoard } from '../client/memory.ts'
import type { Role } from '../shared/protocol.ts'
import { random } from './support/random.ts'

/** Site data of one tab: with so much room, or blocked. */
function storage(room = Infinity): Storage & { tab(): void } {
  const kept = new Map<string, string>()
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem(name: string, value: string) {
      if (value.length > room) throw new DOMException('Full', 'QuotaExceededError')
      kept.set(name, value)
    },
    removeItem: (name: string) => void kept.delete(name),
    tab: () => kept.clear(),
  } as Storage & { tab(): void }
}

let tab = storage()
const device = (room?: number) => {
  vi.stubGlobal('localStorage', storage(room))
  vi.stubGlobal('sessionStorage', (tab = storage()))
}
beforeEach(() => device())

const links = (board: string) => ({ facilitator: `http://x.example/boards/${board}#f`, participant: `http://x.example/boards/${board}#p`, observer: `http://x.example/boards/${board}#o` })
const join = (board: string, role: Role, nth = 0) => remember(board, { participant: `${role}${nth}`, key: `key${nth}`, role, cameBy: role, name: role, sector: '', title: board })
const preview = { w: 1, h: 1, marks: [{ is: 'card', x: 0, y: 0, w: 1, h: 1, color: 'x'.repeat(500) }] } as never

test('[R84] boards that are led are never dropped, by whatever they are led: a place, or a link that was never used', () => {
  vi.useFakeTimers({ now: 0 })
  for (let i = 0; i < 40; i++) {
    vi.setSystemTime(i)
    remember(`made${i}`, { links: links(`made${i}`), role: 'facilitator', key: '' })
    join(`led${i}`, 'facilitator', i)
  }
  for (let i = 0; i < 45; i++) {
    vi.setSystemTime(1_000 + i)
    join(`part${i}`, i % 2 ? 'participant' : 'observer', i)
  }
  vi.useRealTimers()
  const boards = recentBoards().map(({ board }) => board)
  expect(boards.filter(board => board.startsWith('made'))).toHaveLength(40)
  expect(boards.filter(board => board.startsWith('led'))).toHaveLength(40)
  expect(boards.filter(board => board.startsWith('part'))).toEqual(Array.from({ length: 30 }, (_, i) => `part${44 - i}`))
  expect(rememberedBoard('made0')?.links).toEqual(links('made0'))
})

test('[R84] where there is little room, keys and links are kept and thumbnails go; where there is none, nothing throws', () => {
  device(20_000)
  for (let i = 0; i < 40; i++) remember(`b${i}`, { participant: `p${i}`, key: `k${i}`, role: 'facilitator', title: `Board ${i}`, links: links(`b${i}`), preview })
  expect(recentBoards()).toHaveLength(40)
  expect(rememberedBoard('b0')).toMatchObject({ key: 'k0', links: links('b0') })
  for (const blocked of ['localStorage', 'sessionStorage']) vi.stubGlobal(blocked, undefined)
  join('b1', 'participant')
  expect(recentBoards()).toEqual([])
  expect(recentBoard('b1')).toBeUndefined()
})

test('[R83] over random stories of links that are opened, no place is replaced by a lesser one, on the device or in another tab', () => {
  const seed = 1107
  const pick = random(seed)
  const all = ['facilitator', 'participant', 'observer'] as const
  for (let story = 0; story < 300; story++) {
    device()
    let best: Role | undefined
    let here: Role | undefined
    if (pick(3) === 0) {
      remember('b', { links: links('b'), role: 'facilitator', key: '' })
      best = 'facilitator'
    }
    for (let step = 0; step < 8; step++) {
      const said = `seed ${seed}, story ${story}, step ${step}`
      switch (pick(4)) {
        case 0: // Another tab.
          tab.tab()
          here = undefined
          break
        case 1: // What the page notes every few seconds.
          remember('b', { title: `T${step}`, seen: step })
          break
        default: {
          const role = all[pick(3)]!
          const known = rememberedBoard('b')
          const lesser = known !== undefined && holdsMore(known, role)
          join('b', role, story * 10 + step)
          if (!lesser) best = role === best ? best : best === undefined || all.indexOf(role) < all.indexOf(best) ? role : best
          here = lesser ? role : undefined
          expect(recentBoard('b')?.role, said).toBe(role)
        }
      }
      const known = rememberedBoard('b')
      if (best) expect(known && placeOf(known), said).toBe(best)
      if (here) expect(recentBoard('b')?.role, said).toBe(here)
      else if (known?.key) expect(recentBoard('b')?.participant, said).toBe(known.participant)
    }
  }
})

test('[R83] what somebody was made, and a place that opens nothing any more, are changed', () => {
  join('b', 'facilitator', 1)
  remember('b', { participant: 'facilitator1', role: 'participant', cameBy: 'facilitator' })
  expect(rememberedBoard('b')?.role).toBe('participant')
  remember('b', { links: links('b') })
  forgetPlace('b')
  expect(rememberedBoard('b')).toMatchObject({ key: '', links: links('b') })
  forgetPlace('never seen')
  join('c', 'participant', 1)
  forgetPlace('c')
  join('c', 'observer', 2)
  expect(rememberedBoard('c')).toMatchObject({ role: 'observer', participant: 'observer2' })
})
