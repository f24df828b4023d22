import * as Y from 'yjs'
import { expect, test } from 'vitest'
import { readBoard } from '../shared/board.ts'
import { checkBoard, readingOf } from '../shared/checks/index.ts'
import { ordersIn } from '../shared/computed.ts'
import type { ParticipantId, RecordId } from '../shared/ids.ts'
import { relations } from '../shared/relations.ts'
import { viewKey } from '../shared/views.ts'
import { meet, someone } from './support/people.ts'
import { random, runSeed } from './support/random.ts'

test('[W6] twelve people who edit one wheel at once end with the same orders and the same checks', () => {
  process.stdout.write(`twelve people, seed ${runSeed}\n`)
  const pick = random(runSeed)
  const people = Array.from({ length: 12 }, (_, i) => someone(100 + i))
  const one = <T>(items: readonly T[]): T => items[pick(items.length)] as T
  people[0]?.place('w', 'wheel')
  people[0]?.add('c', 'change', { at: 1 }, 'w')
  for (const other of people.slice(1)) meet((people[0] as (typeof people)[number]).doc, other.doc)

  const names = Object.keys(relations)
  for (let step = 0; step < 1_200; step++) {
    const i = pick(people.length)
    const me = people[i] as (typeof people)[number]
    const cards = [...readBoard(me.doc).cards.keys()]
    const arrows = [...readBoard(me.doc).relations.keys()]
    const what = pick(100)
    if (what < 30) me.add(`n${i}x${step}`, one(['consequence', 'action', 'milestone', 'question', 'change']), { at: step }, 'w')
    else if (what < 60) me.relate(`r${i}x${step}`, pick(3) ? one(cards) : ('c' as RecordId), one(cards), { kind: pick(2) ? 'leads' : one(names) })
    else if (what < 70) me.edit(one(cards), { [viewKey('valence', `p${i}` as ParticipantId)]: pick(7) - 3 })
    else if (what < 78 && arrows.length) me.remove(one(arrows))
    else if (what < 82 && cards.length > 4) me.remove(one(cards.filter(card => card !== 'c')))
    else if (what < 88 && cards.length > 4) me.edit(one(cards.filter(card => card !== 'c')), { kind: one(['consequence', 'milestone', 'note']), date: String(2026 + pick(14)) })
    else meet(me.doc, (one(people.filter(other => other !== me)) as typeof me).doc)
  }
  // Everybody hears of everything, in some order of their own.
  for (const me of people) for (const other of people) if (me !== other) Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(me.doc, Y.encodeStateVector(other.doc)))

  const seen = people.map(({ doc }) => {
    const board = readBoard(doc)
    const { centre, order } = ordersIn(board, 'w' as RecordId)
    const results = checkBoard(readingOf(board)).map(({ check, findings }) => [check, findings.map(({ about, cards }) => [about, ...cards].join()).sort()])
    return JSON.stringify({ centre, orders: [...order].sort(), results, cards: [...board.cards.values()].map(card => [card.id, [...card.views.valence].sort()]).sort() })
  })
  expect(new Set(seen).size).toBe(1)
  const { orders, results } = JSON.parse(seen[0] ?? '') as { orders: unknown[]; results: [string, string[]][] }
  expect(orders.length).toBeGreaterThan(20)
  expect(results.flatMap(([, found]) => found).length).toBeGreaterThan(20)
})
