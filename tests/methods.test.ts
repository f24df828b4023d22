import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dateOf, dayOf, isAfter, isDate } from '../shared/dates.ts'
import { parseField, readField } from '../shared/fields.ts'
import { cellAt, cellBox, type Grid, keptInCell, sizeWith } from '../shared/methods/grid.ts'
import { axisPrecision, dateAtX, firstMovesEnd, keptInLane, laneAt, laneBands, ticks, timeline, type Timeline, timelineFrame, xOfDate } from '../shared/methods/timeline.ts'
import { centreOf, orders, placeOnRing, ringAt, ringEdge, ringMiddle, type Wheel } from '../shared/methods/wheel.ts'
import { orderKey } from '../shared/order-key.ts'
import { overlaps } from '../shared/room.ts'

const step = (from: string, to: string) => ({ from, to })

test('[W1] an order is the fewest causal steps from the centre, whatever else is related', () => {
  const found = orders('c', [step('c', 'a'), step('c', 'b'), step('a', 'd'), step('b', 'd'), step('d', 'e'), step('c', 'e'), step('x', 'y')])
  expect(Object.fromEntries(found)).toEqual({ c: 0, a: 1, b: 1, d: 2, e: 1 })
})

test('[W1] a loop through the centre ends, and a card that causes the centre has no order of its own', () => {
  expect(Object.fromEntries(orders('c', [step('c', 'a'), step('a', 'c'), step('before', 'c'), step('a', 'a')]))).toEqual({ c: 0, a: 1 })
})

test('[W1] whatever is related to what, a card stands one step beyond the nearest of its causes, and one that no chain reaches has no order', () => {
  const edge = fc.record({ from: fc.integer({ min: 0, max: 12 }).map(String), to: fc.integer({ min: 0, max: 12 }).map(String) })
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 40 }), edges => {
      const order = orders('0', edges)
      expect(order.get('0')).toBe(0)
      for (let card = 1; card <= 12; card++) {
        const nearest = Math.min(...edges.filter(({ to }) => to === String(card)).map(({ from }) => order.get(from) ?? Infinity))
        expect(order.get(String(card)) ?? Infinity).toBe(nearest + 1)
      }
      expect(Object.fromEntries(orders('0', [...edges].reverse()))).toEqual(Object.fromEntries(order))
    }),
  )
})

test('[W8] a place on a ring is on it, in the direction the card lay in or the nearest that is free', () => {
  const wheel: Wheel = { w: 1760, h: 1320, rings: 3 }
  const anywhere = fc.record({ x: fc.integer({ min: 0, max: 1560 }), y: fc.integer({ min: 0, max: 1230 }) }).map(at => ({ ...at, w: 200, h: 88 }))
  fc.assert(
    fc.property(anywhere, fc.integer({ min: 1, max: 3 }), fc.array(anywhere, { maxLength: 3 }), (card, order, taken) => {
      const place = placeOnRing(wheel, order, card, taken)
      const middle = { x: place.x + 100, y: place.y + 44 }
      expect(ringAt(wheel, middle)).toBe(order)
      const angleOf = ({ x, y }: { x: number; y: number }) => Math.atan2((y - wheel.h / 2) / wheel.h, (x - wheel.w / 2) / wheel.w)
      const turn = Math.abs(angleOf(middle) - angleOf({ x: card.x + 100, y: card.y + 44 }))
      const straight = { ...card, ...placeOnRing(wheel, order, card, []) }
      if (!taken.some(box => overlaps(straight, box))) expect(Math.min(turn, 2 * Math.PI - turn)).toBeCloseTo(0)
      // Three cards never fill a ring.
      expect(taken.filter(box => overlaps({ ...card, ...place }, box))).toEqual([])
    }),
  )
  for (let order = 0; order <= 3; order++) {
    const { x, y } = ringMiddle(wheel, order)
    expect(ringAt(wheel, { x: 880 + x, y: 660 })).toBe(order)
    expect(ringAt(wheel, { x: 880, y: 660 - y })).toBe(order)
  }
})

test('[W2] the centre is the oldest change; readers never disagree', () => {
  expect(centreOf([{ id: 'b', kind: 'change', at: 5 }, { id: 'a', kind: 'change', at: 5 }, { id: 'n', kind: 'note', at: 1 }])).toBe('a')
  expect(centreOf([{ id: 'n', kind: 'note' }])).toBeUndefined()
})

test('[W3] rings lie inside one another and the last one fills the wheel', () => {
  const wheel: Wheel = { w: 1760, h: 1320, rings: 3 }
  expect(ringEdge(wheel, 3)).toEqual({ x: 880, y: 660 })
  expect(ringMiddle(wheel, 0)).toEqual({ x: 0, y: 0 })
  for (let order = 1; order <= 3; order++) {
    expect(ringMiddle(wheel, order).x).toBeGreaterThan(ringEdge(wheel, order - 1).x)
    expect(ringMiddle(wheel, order).x).toBeLessThan(ringEdge(wheel, order).x)
  }
})

const axis: Timeline = { ...timeline.defaults, from: '2026-11-23', to: '2040' }

test('[L1] a date stands where the axis says, and a place means the date that stands there', () => {
  expect(xOfDate(axis, '2026-11-23')).toBe(timelineFrame.left)
  expect(xOfDate(axis, '2040')).toBe(axis.w - timelineFrame.right)
  fc.assert(
    fc.property(fc.integer({ min: 2027, max: 2039 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
      const date = `${year}-${String(month).padStart(2, '0')}`
      expect(dateAtX(axis, xOfDate(axis, date) + 0.01)).toBe(date)
    }),
  )
})

test('[L1] a horizon that is today divides by nothing', () => {
  const flat: Timeline = { ...axis, from: '2026', to: '2026' }
  expect(Number.isFinite(xOfDate(flat, '2030'))).toBe(true)
  expect(isDate(dateAtX(flat, 500))).toBe(true)
})

test('[L1] a date off the axis stands beyond its end, where it is still seen; a horizon that is not after today leaves a year to stand on', () => {
  for (const [from, to] of [['2026', '2026'], ['2040', '2026'], ['2026-11', '2026-12'], ['2026', '2040']] as const) {
    const short: Timeline = { ...axis, from, to }
    for (const date of ['0001', '1990', '2090', '9999']) {
      const x = xOfDate(short, date)
      expect(x < timelineFrame.left || x > short.w - timelineFrame.right).toBe(true)
      expect(x > -500 && x < short.w + 200).toBe(true)
    }
    expect(isDate(dateAtX(short, -1e7)) && isDate(dateAtX(short, 1e7))).toBe(true)
  }
  expect(dateAtX({ ...axis, from: '2026', to: '9999' }, 1_600)).toBe('9999')
})

test('[L2] labelled dates never stand closer than they can be read, and a year’s horizon is always labelled', () => {
  for (const to of ['2027', '2028', '2030', '2040', '2060', '2126', '2526']) {
    const labelled = ticks({ ...axis, to }).filter(tick => tick.labelled)
    const gaps = labelled.slice(1).map((tick, i) => tick.x - (labelled[i]?.x ?? 0))
    expect(Math.min(...gaps, 80)).toBeGreaterThanOrEqual(80)
    expect(labelled.at(-1)?.date).toBe(to)
  }
})

test('[L2] a short axis is labelled by months', () => {
  const dates = ticks({ ...axis, from: '2026-11', to: '2027-11' }).filter(tick => tick.labelled).map(tick => tick.date)
  expect(dates).toEqual(['2026-11', '2027', '2027-03', '2027-05', '2027-07', '2027-09', '2027-11'])
})

const extremes = ['0000', '0001', '0001-01', '0099-12-31', '0999', '1000', '1969-12-31', '1970', '2026', '2026-11-23', '2026-11-24', '2026-12', '2027', '2040', '2126', '9998-12-31', '9999', '9999-12-31']

test('[L5] any two dates make an axis: every place on it is a number, every label a date, and there are no more of them than can be looked at', () => {
  for (const from of extremes) {
    for (const to of extremes) {
      for (const w of [1, 343, 344, 760, 1_600, 100_000]) {
        const any: Timeline = { ...axis, from, to, w }
        const marks = ticks(any)
        const labelled = marks.filter(tick => tick.labelled)
        const at = [from, to, w]
        expect([at, marks.length <= 1_600, labelled.length <= 80]).toEqual([at, true, true])
        for (const { x, date } of marks) if (!Number.isFinite(x) || !isDate(date)) throw new Error(`From ${from} to ${to}, ${w} wide: ${date} stands at ${x}`)
        for (const [a, b] of labelled.map((tick, i) => [tick, labelled[i + 1]] as const)) if (b && b.x - a.x < 79.5 && w > 345) throw new Error(`From ${from} to ${to}, ${w} wide: ${a.date} and ${b.date} are ${b.x - a.x} apart`)
        for (const date of extremes) expect(Number.isFinite(xOfDate(any, date))).toBe(true)
        for (const x of [-1e7, 0, 56, w, 1e7]) expect(isDate(dateAtX(any, x))).toBe(true)
        expect(Number.isFinite(firstMovesEnd(any))).toBe(true)
      }
    }
  }
})

test('[L5] what is no date, or one with a time or a zone, is no axis: the axis is as its method has it', () => {
  for (const odd of ['10000', '-0001', '2033-02-30', '2033-13', '2033-00', '2033-04-09T00:00:00+02:00', '2033-04-09Z', '+002033', '２０３３', '2033 ', 2033, null, {}]) {
    expect(isDate(odd)).toBe(false)
    expect(readField(timeline.fields.from, odd as never)).toBeUndefined()
    if (typeof odd === 'string' && odd.trim() === odd) expect(parseField(timeline.fields.to, odd)).toBeUndefined()
  }
  expect(['2032-02-29', '2000-02-29', '0000-02-29', '9999-12-31'].map(isDate)).toEqual([true, true, true, true])
  expect(['2033-02-29', '1900-02-29', '2033-04-31'].map(isDate)).toEqual([false, false, false])
})

test('[L1] on any axis, a place reads as a date that stands where it was read, as exactly as the axis is long', () => {
  const day = fc.integer({ min: dayOf('1900'), max: dayOf('2400') })
  fc.assert(
    fc.property(day, fc.integer({ min: 30, max: 200_000 }), fc.integer({ min: 500, max: 6_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (from, days, w, part) => {
      const any: Timeline = { ...axis, w, from: dateOf(from), to: dateOf(from + days) }
      const [start, end] = [timelineFrame.left, w - timelineFrame.right]
      const x = start + part * Math.max(1, end - start)
      const read = dateAtX(any, x)
      const unit = { day: 1, month: 31, year: 366 }[axisPrecision(any)]
      expect(Math.abs(xOfDate(any, read) - x)).toBeLessThanOrEqual((Math.max(1, end - start) / days) * unit + 1e-6)
      expect(xOfDate(any, dateOf(from))).toBeCloseTo(start)
      for (const [a, b] of ticks(any).map((tick, i, all) => [tick, all[i + 1]] as const)) if (b) expect(a.x).toBeLessThan(b.x)
    }),
  )
})

test('[L4] every place in a lane reads as that lane, and a card keeps its lane when lanes are named, added, moved or taken away, or the timeline is made lower', () => {
  const lanes = fc.uniqueArray(fc.constantFrom('Law', 'Money', 'People', 'Machines', 'Land', 'Law and order'), { minLength: 1, maxLength: 6 })
  const heights = fc.integer({ min: 900, max: 2_400 })
  fc.assert(
    fc.property(lanes, lanes, heights, heights, fc.nat(), fc.double({ min: 0, max: 0.999, noNaN: true }), (names, next, h, nextH, pick, part) => {
      const [before, after] = [{ ...axis, h, lanes: names }, { ...axis, h: nextH, lanes: next }]
      const lane = pick % names.length
      const band = laneBands(before)[lane]!
      expect(laneAt(before, band.y + part * band.h)).toBe(lane)
      const card = { x: 300, y: band.y + part * Math.max(0, band.h - 88), w: 200, h: 88 }
      const at = keptInLane(before, after, card)
      const name = names[lane]!
      expect(at.x).toBe(300)
      if (next.includes(name)) expect(next[laneAt(after, at.y + 44) ?? -1]).toBe(name)
      else expect(laneAt(after, at.y + 44)).toBe(Math.min(lane, next.length - 1))
    }),
  )
  const arch = { x: 1_300, y: 128, w: 216, h: 700 }
  expect(keptInLane(axis, { ...axis, lanes: ['one'] }, arch)).toEqual({ x: 1_300, y: 128 })
  expect(laneAt(axis, 10)).toBeUndefined()
})

test('[L3] lanes share the height below the ruler', () => {
  const bands = laneBands(axis)
  expect(bands.map(band => band.name)).toEqual(['Milestones', 'Obstacles', 'Actions'])
  expect((bands.at(-1)?.y ?? 0) + (bands.at(-1)?.h ?? 0)).toBeCloseTo(axis.h - timelineFrame.bottom)
  expect(laneBands({ ...axis, lanes: [] })).toHaveLength(1)
})

test('[G1] every point of a cell reads back as that cell, and the heads are no cell', () => {
  const grid: Grid = { w: 1400, h: 760, rows: ['a', 'b', 'c'], cols: ['x', 'y'] }
  for (let row = 0; row < 3; row++) {
    for (let col = 0; col < 2; col++) {
      const box = cellBox(grid, { row, col })
      expect(cellAt(grid, { x: box.x + 1, y: box.y + 1 })).toEqual({ row, col })
      expect(cellAt(grid, { x: box.x + box.w - 1, y: box.y + box.h - 1 })).toEqual({ row, col })
    }
  }
  expect(cellAt(grid, { x: 10, y: 10 })).toBeUndefined()
})

test('[G1] on any grid, whatever its size and names, a place in a cell reads back as that cell', () => {
  const names = fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 24 })
  const inside = fc.double({ min: 0, max: 0.999, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 480, max: 9_000 }), fc.integer({ min: 240, max: 9_000 }), names, names, fc.nat(), inside, inside, (w, h, rows, cols, pick, right, down) => {
      const grid: Grid = { w, h, rows, cols }
      const cell = { row: pick % rows.length, col: pick % cols.length }
      const box = cellBox(grid, cell)
      // A hair inside: on the line itself figures may fall to either side.
      expect(cellAt(grid, { x: box.x + box.w * (0.0005 + right * 0.999), y: box.y + box.h * (0.0005 + down * 0.999) })).toEqual(cell)
    }),
  )
})

test('[G1] a card keeps its cell when rows are added, removed, named or put in another order, and when the grid has another size', () => {
  const grid: Grid = { w: 1400, h: 760, rows: ['a', 'b', 'c'], cols: ['x', 'y'] }
  const cellAfter = (after: Partial<Grid>, row: number, col = 1, from = grid) => {
    const { x, y } = cellBox(from, { row, col })
    const box = { x: x + 200, y: y + 120, w: 200, h: 88 }
    const next = { ...from, ...after }
    const at = keptInCell(from, next, box)
    const cell = cellAt(next, { x: at.x + box.w / 2, y: at.y + box.h / 2 })
    return `${next.rows[cell?.row ?? -1]}${next.cols[cell?.col ?? -1]}`
  }
  const each = (after: Partial<Grid>, from = grid) => from.rows.map((_, row) => cellAfter(after, row, 1, from))
  expect(each({ rows: ['a', 'b', 'c', 'd'] })).toEqual(['ay', 'by', 'cy'])
  expect(each({ rows: ['new', 'a', 'b', 'c'] })).toEqual(['ay', 'by', 'cy'])
  expect(each({ rows: ['c', 'a', 'b'] })).toEqual(['ay', 'by', 'cy'])
  expect(each({ rows: ['a', 'other', 'c'] })).toEqual(['ay', 'othery', 'cy'])
  expect(each({ rows: ['b', 'b', 'c'] })).toEqual(['by', 'by', 'cy'])
  expect(each({ rows: ['a', 'c'] })).toEqual(['ay', 'cy', 'cy'])
  expect(each({ rows: ['a'] })).toEqual(['ay', 'ay', 'ay'])
  expect(each({ cols: ['y', 'z', 'x'] })).toEqual(['ay', 'by', 'cy'])
  expect(each({ w: 520, h: 240 })).toEqual(['ay', 'by', 'cy'])
  expect(each({ rows: ['a', '', ''] }, { ...grid, rows: ['', '', ''] })).toEqual(['ay', 'y', 'y'])
  expect(keptInCell(grid, { ...grid, ...sizeWith(grid, { rows: ['a', 'b', 'c', 'd'] }), rows: ['a', 'b', 'c', 'd'] }, { x: 900, y: 600, w: 200, h: 88 })).toEqual({ x: 900, y: 600 })
})

test('[D1] the first centuries are not the last one, and what no calendar of four figures holds is its first or last day', () => {
  for (const date of ['0003', '0099-02', '0000', '1850', '9999-12-31']) expect(dateOf(dayOf(date), date.length === 4 ? 'year' : date.length === 7 ? 'month' : 'day')).toBe(date)
  expect(isAfter('0100', '0099')).toBe(true)
  for (const day of [1e9, -1e9, 1e300, -Infinity]) expect(isDate(dateOf(day))).toBe(true)
})

test('[D1] dates are as exact as their writer was, and days that do not exist are no dates', () => {
  for (const date of ['2033', '2033-04', '2033-04-09', '2028-02-29']) expect(isDate(date)).toBe(true)
  for (const wrong of ['33', '2033-13', '2033-02-30', '2027-02-29', 'soon', '', 2033, null]) expect(isDate(wrong)).toBe(false)
  expect(dateOf(dayOf('2033-04-09'))).toBe('2033-04-09')
  expect(dateOf(dayOf('2033-04'), 'month')).toBe('2033-04')
})

test('[O1] order keys sort as numbers do', () => {
  const keys = Array.from({ length: 5_000 }, (_, n) => orderKey(n))
  expect([...keys].sort((a, b) => (a < b ? -1 : 1))).toEqual(keys)
  expect(keys[0]).toBe('a0')
  expect(keys[62]).toBe('b00')
})
