import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAddress } from '../client/address.ts'
import { type BoardFile, parseBoardFile } from '../shared/file.ts'
import { type FileReading, readFile } from '../shared/export/reading.ts'
import { readForReport, reportOf } from '../shared/export/report.ts'
import { report } from '../shared/export/report-markdown.ts'
import { cardsByKind, cardsBySector } from '../shared/figures/cards.ts'
import { densityOf } from '../shared/figures/density.ts'
import { steepByOrder } from '../shared/figures/steep-by-order.ts'
import { valenceSteps, valuedAmong } from '../shared/figures/valued.ts'
import type { ParticipantId, RecordId } from '../shared/ids.ts'
import { fewest, published, spreadOf } from '../shared/spread.ts'
import { told } from '../shared/told.ts'
import { scaleOf } from '../shared/views.ts'
import { randomFile } from './support/boards.ts'
import { runSeed } from './support/random.ts'

/* What the report of a board counts and shows, without a browser. */

const checked = (file: unknown): BoardFile => parseBoardFile(JSON.parse(JSON.stringify(file)))
const example = checked(JSON.parse(readFileSync(join(import.meta.dirname, '../docs/examples/example.json'), 'utf8')))
const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

/** Any workshop: from nobody to a crowd, each valuing a few cards or many. */
const workshops = fc.record({ seed: fc.integer({ min: 1, max: 1e6 }), people: fc.integer({ min: 0, max: 20 }), viewsEach: fc.integer({ min: 1, max: 9 }) })
const anyWorkshop = (numRuns: number, holds: (file: BoardFile) => void): void =>
  fc.assert(fc.property(workshops, ({ seed, people, viewsEach }) => holds(checked(randomFile(seed, { cards: 130, people, viewsEach })))), { seed: runSeed, numRuns })
const toldBy = (file: BoardFile, provenance: 'sector' | 'none'): BoardFile => told(checked({ ...file, board: { ...file.board, provenance } }))
const structuresOf = ({ board }: FileReading, type: string) => [...board.structures.values()].filter(each => each.type === type)

test('[F25] the example’s figures are what can be counted in its file', () => {
  const reading = readForReport(readFile(example))
  expect(steepByOrder(reading, 'wheel' as RecordId)).toEqual({
    columns: ['Direct', 'Second', 'Third'],
    rows: [
      { name: 'Social', counts: [1, 1, 0] },
      { name: 'Technological', counts: [1, 1, 0] },
      { name: 'Economic', counts: [1, 2, 0] },
      { name: 'Environmental', counts: [0, 0, 0] },
      { name: 'Political', counts: [1, 1, 0] },
      { name: 'None named', counts: [2, 6, 9] },
    ],
    totals: [6, 10, 9],
  })
  expect(cardsBySector(reading)).toEqual([
    { sector: 'Academia', cards: 16 },
    { sector: 'Industry', cards: 16 },
    { sector: 'Civil society', cards: 7 },
    { sector: undefined, cards: 13 },
  ])
  expect(cardsByKind(reading).map(({ kind, cards }) => [kind, cards])).toEqual([['signal', 2], ['driver', 1], ['change', 1], ['consequence', 25], ['vision', 1], ['milestone', 6], ['obstacle', 3], ['action', 7], ['question', 2], ['stakeholder', 1], ['value', 2], ['note', 1]])
  const { stretches, outside, undated } = densityOf(reading, reading.board.structures.get('timeline' as RecordId)!)!
  expect(stretches.map(({ years, cards }) => `${years}: ${cards}`)).toEqual(['2026: 0', '2027: 1', '2028: 3', '2029: 0', '2030: 1', '2031: 1', '2032: 1', '2033: 3', '2034: 1', '2035: 2', '2036: 1', '2037: 2', '2038: 0', '2039: 0', '2040: 1'])
  expect([outside, undated]).toEqual([0, 0])
  const { open, closed } = valuedAmong(reading, reading.cardsIn('wheel' as RecordId))
  expect(closed).toBe(0)
  expect(open.map(({ card, camps }) => [card.id, camps])).toEqual([['a1', undefined], ['b1', undefined], ['b8', { low: 7, between: 2, high: 5 }], ['b5', undefined]])
  // One of each of two small sectors said something of a1: two are no three. Of b1, four of three small sectors did.
  expect(open[0]?.steps).toEqual([[], [], [], [], [{ sector: 'Academia', people: 1 }, { sector: 'Industry', people: 2 }], [{ sector: 'Academia', people: 2 }, { sector: 'Industry', people: 2 }, { sector: 'Civil society', people: 1 }], [{ sector: 'Academia', people: 1 }, { sector: 'Civil society', people: 2 }]])
  expect(open[1]?.steps[0]).toEqual([{ sector: 'Academia', people: 3 }, { sector: 'Civil society', people: 3 }, { sector: undefined, people: 1 }])
})

test('[F25] of any board, every card is counted once by kind, by order, by year and by sector; stretches of years leave none out', () => {
  anyWorkshop(40, file => {
    const reading = readForReport(readFile(file))
    expect(sum(cardsByKind(reading).map(({ cards }) => cards))).toBe(file.cards.length)
    const sectors = cardsBySector(reading)
    if (sectors.length) expect(sum(sectors.map(({ cards }) => cards))).toBe(file.cards.length)
    for (const { id } of structuresOf(reading, 'wheel')) {
      const matrix = steepByOrder(reading, id)!
      const consequences = reading.cardsIn(id).filter(card => card.id !== reading.wheel(id).centre)
      expect(sum(matrix.totals)).toBe(consequences.length)
      // In these boards nobody names two parts of life for one card.
      expect(matrix.totals).toEqual(matrix.columns.map((_, column) => sum(matrix.rows.map(({ counts }) => counts[column] ?? 0))))
    }
    for (const timeline of structuresOf(reading, 'timeline')) {
      const density = densityOf(reading, timeline)
      if (!density) continue
      expect(sum(density.stretches.map(({ cards }) => cards)) + density.outside + density.undated).toBe(reading.cardsIn(timeline.id).length)
      expect(density.stretches.length).toBeLessThanOrEqual(16)
    }
  })
})

test('[F25] an axis of any length is divided into stretches that follow one another, from its first year to its last', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1900, max: 2100 }), fc.integer({ min: 1, max: 900 }), (from, length) => {
      const file = checked({ ...example, structures: example.structures.map(each => (each.id === 'timeline' ? { ...each, from: String(from), to: String(from + length) } : each)), cards: example.cards.map(card => (card.id === example.cards.find(each => each['in'] === 'timeline')?.id ? { ...card, date: String(from) } : card)) })
      const reading = readFile(file)
      const { stretches } = densityOf(reading, reading.board.structures.get('timeline' as RecordId)!)!
      const ends = stretches.map(({ years }) => years.split('–').map(Number)).map(years => [years[0]!, years.at(-1)!] as const)
      expect([ends[0]![0], ends.at(-1)![1]]).toEqual([from, from + length])
      for (const [i, [first, last]] of ends.entries()) {
        expect(last).toBeGreaterThanOrEqual(first)
        if (i > 0) expect(first).toBe(ends[i - 1]![1] + 1)
      }
    }),
    { seed: runSeed, numRuns: 200 },
  )
})

test('[F26] in no figure do fewer than three people stand, whoever took part and however they are told of', () => {
  anyWorkshop(40, file => {
    for (const each of [file, toldBy(file, 'sector'), toldBy(file, 'none')]) {
      const reading = readForReport(readFile(each))
      for (const card of reading.board.cards.values()) {
        for (const { steps } of valuedAmong(reading, [card]).open) {
          expect(steps).toHaveLength(valenceSteps.length)
          const people = new Map<string | undefined, number>()
          for (const { sector, people: here } of steps.flat()) people.set(sector, (people.get(sector) ?? 0) + here)
          for (const count of people.values()) expect(count).toBeGreaterThanOrEqual(fewest)
          // Nor is any number of people told that those shown do not account for.
          expect(reading.spread(card.views.valence, 'valence').people).toBe(sum([...people.values()]))
        }
      }
    }
  })
})

test('[F26] sectors are listed for what three authors or more wrote, and the rest is of three or of none', () => {
  let listed = 0
  anyWorkshop(60, file => {
    const sectorOf = new Map(file.people.map(({ id, sector = '' }) => [id, sector]))
    const rows = cardsBySector(readFile(file))
    const names = new Set(rows.flatMap(({ sector }) => sector ?? []))
    listed += names.size
    const authors = (are: (sector: string) => boolean): number => new Set(file.cards.flatMap(({ by }) => (by !== undefined && are(sectorOf.get(by) ?? '') ? [by] : []))).size
    for (const name of names) expect(authors(sector => sector === name)).toBeGreaterThanOrEqual(fewest)
    const others = authors(sector => !names.has(sector))
    if (names.size) expect(others === 0 || others >= fewest).toBe(true)
    // Told by sector, the file itself says of each card which sector it is of; only those are listed that three people or more are of.
    const bySector = cardsBySector(readFile(toldBy(file, 'sector')))
    listed += bySector.length
    for (const { sector } of bySector) if (sector !== undefined) expect(file.people.filter(person => person.sector === sector).length).toBeGreaterThanOrEqual(fewest)
    expect(cardsBySector(readFile(toldBy(file, 'none')))).toEqual([])
  })
  expect(listed).toBeGreaterThan(100)
})

test('[F26] whether nobody or one or two of a small sector said something cannot be told from what is shown', () => {
  const sectors = ['A', 'B', 'C', 'D']
  const opinions = fc.array(fc.record({ sector: fc.constantFrom(...sectors, ''), value: fc.integer({ min: -3, max: 3 }) }), { maxLength: 20 })
  let closed = 0
  fc.assert(
    fc.property(opinions, all => {
      const of = (some: readonly { sector: string; value: number }[]) => {
        const sectorOf = new Map(some.map(({ sector }, i) => [`p${i}` as ParticipantId, sector]))
        return published(spreadOf(new Map(some.map(({ value }, i) => [`p${i}` as ParticipantId, value])), who => sectorOf.get(who) ?? '', sectors, scaleOf('valence')))
      }
      const whole = of(all)
      if (whole.shown.length === 0 || whole.shown.length === all.length) return
      closed++
      const open = new Set(whole.rows.filter(({ is }) => is === 'open').map(({ sector }) => sector))
      // Without those who are not shown, the same is printed.
      expect(of(all.filter(({ sector }) => open.has(sector)))).toEqual(whole)
    }),
    { seed: runSeed, numRuns: 3_000 },
  )
  expect(closed).toBeGreaterThan(100)
})

test('[F15] a report says what was agreed of telling of people, and claims nothing about what was left out', () => {
  const [byPerson, bySector, ofNobody] = [example, toldBy(example, 'sector'), toldBy(example, 'none')].map(file => report(readFile(file)))
  expect(byPerson).not.toContain('The group agreed')
  expect(bySector).toContain('The group agreed that people are told of by sector.')
  expect(bySector).toMatch(/\| Academia +\| 4/)
  expect(ofNobody).toContain('The group agreed that nothing is told of people')
  expect(ofNobody).toContain('Where people stand is not told, as the group agreed.')
  expect(ofNobody).not.toContain('Nobody has placed a mark')
  const two = checked({ ...example, structures: example.structures.map(each => (each.type === 'tension' ? { ...each, views: { marker: { 'example-a1': 10, 'example-a2': 20 } } } : each)) })
  for (const file of [two, toldBy(two, 'sector')]) expect(report(readFile(file))).toContain('Fewer than 3 people have placed a mark; where they stand is kept closed.')
})

test('[R8] every part and every statement of a report has an address of its own, and so has a card on its board', () => {
  const { parts } = reportOf(readFile(example))
  expect(new Set(parts.map(({ key }) => key)).size).toBe(parts.length)
  for (const { key } of parts) expect(readAddress('/boards/abc/report', `#part=${key}`)).toEqual({ page: 'report', board: 'abc', secret: undefined, part: key })
  for (const { id } of example.cards) expect(readAddress('/boards/abc', `#show=${id}`)).toEqual({ page: 'board', board: 'abc', secret: undefined, show: id })
  // A place of the other page is none of this one, and no secret.
  expect(readAddress('/boards/abc', '#part=cite')).toEqual({ page: 'board', board: 'abc', secret: undefined, show: undefined })
  expect(readAddress('/boards/abc/report', '#show=a1')).toEqual({ page: 'report', board: 'abc', secret: undefined, part: undefined })
  expect(readAddress('/boards/abc/report/', '#hbjadYh-nNR9F_0123456789abcdefgh.')).toEqual({ page: 'report', board: 'abc', secret: 'hbjadYh-nNR9F_0123456789abcdefgh', part: undefined })
  expect(readAddress('/boards/abc/reports', '')).toEqual({ page: 'nowhere' })
})
