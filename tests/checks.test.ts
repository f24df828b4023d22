import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Board, readBoard } from '../shared/board.ts'
import { chainOf, shortestPath, traceOf } from '../shared/chain.ts'
import { checkBoard, checks, readingOf } from '../shared/checks/index.ts'
import type { RecordId } from '../shared/ids.ts'
import type { Json } from '../shared/json.ts'
import { type Cause, loopsIn } from '../shared/loops.ts'
import { isAfter } from '../shared/dates.ts'
import { someone } from './support/people.ts'
import { random } from './support/random.ts'

const id = (name: string) => name as RecordId

/** A board from a few lines: cards as kind and fields, relations as `from kind to`. */
function boardOf(cards: Record<string, Record<string, Json> & { kind: string }>, relations: string[], structures: Record<string, Record<string, Json>> = {}): Board {
  const ana = someone(1)
  for (const [name, { type = '', ...values }] of Object.entries(structures)) ana.place(name, String(type), values)
  for (const [name, { kind, in: parent = '', ...values }] of Object.entries(cards)) ana.add(name, kind, values, String(parent))
  relations.forEach((line, i) => {
    const [from = '', kind = '', to = '', sign] = line.split(' ')
    ana.relate(`r${i}`, from, to, { kind, ...(sign && { sign }) })
  })
  return readBoard(ana.doc)
}
const findings = (board: Board, name: keyof typeof checks) => checkBoard(readingOf(board)).find(({ check }) => check === name)?.findings.map(({ cards }) => cards) ?? []
const timeline = { t: { type: 'timeline', from: '2026', to: '2040' } }

test('[J1] a cause dated after its effect is found, whichever way the relation is said', () => {
  const cards = { late: { kind: 'milestone', date: '2038' }, early: { kind: 'milestone', date: '2036' } }
  expect(findings(boardOf(cards, ['late enables early']), 'cause-after-effect')).toEqual([['late', 'early']])
  expect(findings(boardOf(cards, ['early requires late']), 'cause-after-effect')).toEqual([['late', 'early']])
  expect(findings(boardOf(cards, ['early enables late', 'late requires early', 'late blocks early']), 'cause-after-effect')).toEqual([])
})

/** Boards as people and files may make them: any kinds, dates, relations and structures, related any way. */
const anyBoard = fc.record({
  cards: fc.array(fc.record({ kind: fc.constantFrom('change', 'consequence', 'vision', 'milestone', 'action', 'question', 'obstacle', 'hologram'), date: fc.constantFrom(undefined, '2019', '2027', '2033-05', '2033', '2050'), actor: fc.constantFrom(undefined, 'Towns'), in: fc.constantFrom('', 'w', 't', 'gone'), at: fc.nat({ max: 3 }) }), { maxLength: 12 }),
  relations: fc.array(fc.tuple(fc.nat({ max: 13 }), fc.constantFrom('leads', 'leads', 'enables', 'requires', 'informs', 'blocks', 'tension', 'tomorrow'), fc.nat({ max: 13 }), fc.constantFrom('+', '-')), { maxLength: 24 }),
})
type AnyBoard = typeof anyBoard extends fc.Arbitrary<infer T> ? T : never

/** Ids stay the same whatever order records come in. */
function built({ cards, relations }: AnyBoard, order: (n: number) => readonly number[] = n => Array.from({ length: n }, (_, i) => i)): Board {
  const ana = someone(1)
  ana.place('w', 'wheel')
  ana.place('t', 'timeline', { from: '2026', to: '2040' })
  for (const i of order(relations.length)) ana.relate(`r${i}`, `n${relations[i]![0]}`, `n${relations[i]![2]}`, { kind: relations[i]![1], ...(relations[i]![3] === '-' && { sign: '-' }) })
  for (const i of order(cards.length)) {
    const { kind, in: parent, ...values } = cards[i]!
    ana.add(`n${i}`, kind, Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Record<string, Json>, parent)
  }
  return readBoard(ana.doc)
}
const printed = (board: Board) => JSON.stringify([[...board.cards], [...board.relations], [...board.structures]])

test('[J1] on any board, a cause is found to be too late exactly where one step of the chain goes back in time', () => {
  fc.assert(
    fc.property(anyBoard, any => {
      const board = built(any)
      const expected = [...board.relations.values()].flatMap(({ kind, from, to }) => {
        const isQuestion = (card: RecordId) => board.cards.get(card)?.kind === 'question'
        const turned = kind === 'requires' || (kind === 'informs' && isQuestion(to) && !isQuestion(from))
        const [cause, effect] = (turned ? [to, from] : [from, to]).map(each => board.cards.get(each))
        const [early, late] = [cause, effect].map(card => card?.fields['date'] as string | undefined)
        const first = (date: string) => new Date(`${date}${'-01-01'.slice(date.length === 4 ? 0 : 3)}`).getTime()
        const after = (date: string) => (date.length === 4 ? new Date(`${Number(date) + 1}-01-01`).getTime() : new Date(`${date.slice(0, 4)}-${String(Number(date.slice(5)) + 1).padStart(2, '0')}-01`).getTime())
        return ['leads', 'enables', 'requires', 'informs'].includes(kind) && cause && effect && early && late && first(early) >= after(late) ? [`${cause.id} ${effect.id}`] : []
      })
      expect(findings(board, 'cause-after-effect').map(cards => cards.join(' ')).sort()).toEqual(expected.sort())
    }),
  )
})

test('[J2] on any board, checks change nothing, name only what is there, and find the same whatever order records come in', () => {
  fc.assert(
    fc.property(anyBoard, fc.nat(), (any, seed) => {
      const board = built(any)
      const before = printed(board)
      const results = checkBoard(readingOf(board))
      expect(printed(board)).toBe(before)
      for (const { findings: found, meant, looked } of results) {
        expect(looked?.count).toBeGreaterThan(0)
        for (const { about, cards, relations } of [...found, ...meant]) {
          expect(board.cards.has(about) || board.relations.has(about) || board.structures.has(about)).toBe(true)
          expect(cards.every(card => board.cards.has(card) || board.structures.has(card))).toBe(true)
          expect(relations.every(relation => board.relations.has(relation))).toBe(true)
        }
      }
      const summary = (of: Board) => checkBoard(readingOf(of)).map(({ check, findings: found }) => [check, found.map(({ about, sentence, cards }) => [about, sentence, ...cards].join(' | ')).sort()])
      const pick = random(seed)
      expect(summary(built(any, n => Array.from({ length: n }, (_, i) => [pick(1_000), i] as const).sort(([a], [b]) => a - b).map(([, i]) => i)))).toEqual(summary(board))
    }),
  )
})

test('[J1] a year that holds a month is neither before nor after it', () => {
  expect(isAfter('2033-05', '2033')).toBe(false)
  expect(isAfter('2033', '2033-05')).toBe(false)
  expect(isAfter('2034', '2033-12-31')).toBe(true)
  expect(isAfter('2033-12', '2033-11')).toBe(true)
})

test('[J2] each check finds what it is named after, and nothing on a board that holds', () => {
  const whole = boardOf(
    {
      v: { kind: 'vision', in: 't', date: '2040' },
      m: { kind: 'milestone', in: 't', date: '2033' },
      a: { kind: 'action', in: 't', date: '2027', actor: 'Libraries' },
      q: { kind: 'question' },
      c: { kind: 'change', in: 'w', at: 1 },
      x: { kind: 'consequence', in: 'w' },
    },
    ['a enables m', 'm enables v', 'q informs a', 'c leads x'],
    { ...timeline, w: { type: 'wheel' } },
  )
  for (const { check, findings: found } of checkBoard(readingOf(whole))) expect([check, found]).toEqual([check, []])
  expect(checkBoard(readingOf(whole)).map(({ check }) => check)).toEqual(Object.keys(checks))
})

test.each<[keyof typeof checks, Board, string[][]]>([
  ['milestone-without-before', boardOf({ m: { kind: 'milestone' }, o: { kind: 'obstacle' } }, ['o blocks m']), [['m']]],
  ['action-without-actor', boardOf({ a: { kind: 'action', date: '2030' }, b: { kind: 'action', actor: 'Towns' }, c: { kind: 'action', actor: 'Towns', date: '2030' } }, []), [['a'], ['b']]],
  ['vision-without-path', boardOf({ v: { kind: 'vision', in: 't', date: '2040' }, m: { kind: 'milestone', in: 't', date: '2035' }, free: { kind: 'vision' } }, ['m enables v'], timeline), [['v']]],
  ['no-first-move', boardOf({ v: { kind: 'vision', in: 't', date: '2040' } }, [], { ...timeline, empty: { type: 'timeline' } }), [['t']]],
  ['date-off-axis', boardOf({ m: { kind: 'milestone', in: 't', date: '2050' }, n: { kind: 'milestone', in: 't', date: '2019' }, o: { kind: 'milestone', in: 't', date: '2040' } }, [], timeline), [['m'], ['n']]],
  ['consequence-outside', boardOf({ c: { kind: 'change', in: 'w' }, x: { kind: 'consequence', in: 'w' }, y: { kind: 'consequence' }, z: { kind: 'consequence', in: 'w' } }, ['c leads z'], { w: { type: 'wheel' } }), [['x'], ['y']]],
  ['two-centres', boardOf({ c: { kind: 'change', in: 'w', at: 1 }, d: { kind: 'change', in: 'w', at: 2 } }, [], { w: { type: 'wheel' } }), [['d', 'c']]],
  ['question-informs-nothing', boardOf({ q: { kind: 'question' }, r: { kind: 'question' }, a: { kind: 'action' } }, ['a informs r']), [['q']]],
  ['contradiction', boardOf({ a: { kind: 'note' }, b: { kind: 'note' }, c: { kind: 'note' } }, ['a leads b +', 'a leads b -', 'b enables c', 'c blocks b', 'c tension b']), [['a', 'b']]],
  ['two-visions', boardOf({ v: { kind: 'vision', in: 't', at: 2 }, u: { kind: 'vision', in: 't', at: 1 }, o: { kind: 'vision', in: 's' } }, [], { ...timeline, s: { type: 'timeline' } }), [['v', 'u']]],
  ['loop', boardOf({ a: { kind: 'note' }, b: { kind: 'note' }, c: { kind: 'note' } }, ['a leads b', 'b leads c', 'c leads a']), [['a', 'b', 'c']]],
])('[J2] %s is found where it is', (name, board, expected) => {
  expect(findings(board, name)).toEqual(expected)
})

test('[J2] what somebody meant that way is told apart, and stays a finding', () => {
  const ana = someone(1)
  ana.add('m', 'milestone', { 'meant.milestone-without-before': true })
  const [result] = checkBoard(readingOf(readBoard(ana.doc)))
  expect(result).toMatchObject({ check: 'milestone-without-before', findings: [], meant: [{ about: 'm' }] })
})

test('[J2] every finding is a sentence with cards or a structure to jump to', () => {
  const board = boardOf({ m: { kind: 'milestone', text: 'x'.repeat(4_000) }, a: { kind: 'action' }, q: { kind: 'question' } }, [])
  for (const { findings: found } of checkBoard(readingOf(board))) {
    for (const { sentence, cards } of found) {
      expect(sentence).toMatch(/[.?]$/)
      expect(sentence.length).toBeLessThan(300)
      expect(cards.length).toBeGreaterThan(0)
    }
  }
})

const causes = (lines: string[]): Cause[] =>
  lines.map((line, i) => {
    const [from = '', to = '', sign = '+'] = line.split(' ')
    return { id: id(`r${i}`), from: id(from), to: id(to), sign: sign as '+' | '-' }
  })

test('[J3] loops are found, named the same by everybody, and signed', () => {
  const lines = ['a b', 'b c -', 'c a', 'c d', 'd e', 'e d -', 'x a']
  const found = loopsIn(causes(lines))
  expect(found.map(loop => [loop.cards.join(), loop.reinforcing])).toEqual([['d,e', false], ['a,b,c', false]])
  expect(loopsIn(causes(lines).reverse()).map(loop => loop.cards)).toEqual(found.map(loop => loop.cards))
  expect(loopsIn(causes(['a b -', 'b a -']))[0]?.reinforcing).toBe(true)
})

test('[J3] a card is on a named loop exactly when it can reach itself', () => {
  const edge = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })).filter(([a, b]) => a !== b)
  fc.assert(
    fc.property(fc.uniqueArray(edge, { maxLength: 24, selector: ([a, b]) => a * 10 + b }), edges => {
      const steps = causes(edges.map(([a, b]) => `n${a} n${b}`))
      const loops = loopsIn(steps)
      const reaches = (from: string, to: string) => {
        const seen = new Set<string>()
        const open = [from]
        for (const at of open) {
          for (const step of steps) {
            if (step.from !== at || seen.has(step.to)) continue
            seen.add(step.to)
            open.push(step.to)
          }
        }
        return seen.has(to)
      }
      const onLoops = new Set(loops.flatMap((loop): readonly string[] => loop.cards))
      for (let n = 0; n < 10; n++) expect(onLoops.has(`n${n}`)).toBe(reaches(`n${n}`, `n${n}`))
      for (const loop of loops) {
        loop.relations.forEach((relation, i) => {
          const step = steps.find(each => each.id === relation)
          expect([step?.from, step?.to]).toEqual([loop.cards[i], loop.cards[(i + 1) % loop.cards.length]])
        })
      }
    }),
  )
})

test('[J4] a trace walks from any card back to the question and on to the vision, through either wording', () => {
  const board = boardOf(
    { v: { kind: 'vision' }, m: { kind: 'milestone' }, a: { kind: 'action' }, q: { kind: 'question' }, b: { kind: 'action' }, o: { kind: 'obstacle' } },
    ['v requires m', 'a enables m', 'a informs q', 'b enables v', 'o blocks a'],
  )
  const chain = chainOf(board)
  for (const start of ['v', 'm', 'a', 'q']) expect(traceOf(chain, id(start)).cards).toEqual(new Set(start === 'v' ? ['v', 'm', 'a', 'q', 'b'] : ['v', 'm', 'a', 'q']))
  expect(shortestPath(chain, id('q'), 'after', card => board.cards.get(card)?.kind === 'vision')).toEqual(['q', 'a', 'm', 'v'])
  expect(shortestPath(chain, id('v'), 'before', card => board.cards.get(card)?.kind === 'question')).toEqual(['v', 'm', 'a', 'q'])
  expect(shortestPath(chain, id('o'), 'after', () => true)).toBeUndefined()
})

test('[J4] a trace on any relations holds exactly the cards and relations on a way to its start or from it', () => {
  const edge = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 7 })).filter(([a, b]) => a !== b)
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 20 }), edges => {
      const cards = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`n${i}`, { kind: 'note' }]))
      const chain = chainOf(boardOf(cards, edges.map(([a, b]) => `n${a} leads n${b}`)))
      // By doubling, which shares nothing with a walk: who reaches whom in at most eight steps.
      let reach = Array.from({ length: 8 }, (_, a) => Array.from({ length: 8 }, (__, b) => a === b || edges.some(([from, to]) => from === a && to === b)))
      for (let i = 0; i < 3; i++) reach = reach.map(row => row.map((_, b) => row.some((on, via) => on && reach[via]![b])))
      const [ahead, behind] = [(n: number) => reach[0]![n]!, (n: number) => reach[n]![0]!]
      const trace = traceOf(chain, id('n0'))
      expect([...trace.cards].sort()).toEqual(Array.from({ length: 8 }, (_, n) => n).filter(n => ahead(n) || behind(n)).map(n => `n${n}`))
      expect([...trace.relations].sort()).toEqual(edges.flatMap(([a, b], i) => (ahead(a) || behind(b) ? [`r${i}`] : [])).sort())
      for (let n = 1; n < 8; n++) expect(shortestPath(chain, id('n0'), 'after', each => each === `n${n}`) !== undefined).toBe(ahead(n))
    }),
  )
})
