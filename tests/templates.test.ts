import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { startedOn } from '../server/templates.ts'
import { type Board, readBoard } from '../shared/board.ts'
import { kindOf } from '../shared/cards/index.ts'
import { checkBoard, readingOf } from '../shared/checks/index.ts'
import { asTimeline, cellOf } from '../shared/computed.ts'
import { type BoardFile, parseBoardFile } from '../shared/file.ts'
import { seedDocument } from '../shared/file-in.ts'
import { printBoardFile, toBoardFile } from '../shared/file-out.ts'
import { xOfDate } from '../shared/methods/timeline.ts'

/* The boards people start from. A workshop begins with one of these, so each is held to what a board promises. */

const top = join(import.meta.dirname, '..')
const today = '2026-11-23'
const when = new Date(`${today}T12:00:00Z`)

const required = ['backcasting', 'empty', 'example', 'futures-wheel', 'responsible-openness', 'run-backcast-150', 'run-wheel-75', 'scenarios-2x2', 'steep-scan', 'tensions', 'three-horizons', 'visions-to-roadmap']

const files = new Map(
  readdirSync(join(top, 'templates'))
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => [name.slice(0, -'.json'.length), JSON.parse(readFileSync(join(top, 'templates', name), 'utf8')) as unknown]),
)

const fileOf = (id: string): BoardFile => parseBoardFile(files.get(id))

function seeded(file: BoardFile): Y.Doc {
  const doc = new Y.Doc()
  seedDocument(doc, file)
  return doc
}

const boardOf = (id: string): Board => readBoard(seeded(startedOn(fileOf(id), today)))

// ---- how much room a card takes, without a browser

/** Widths of a letter of the card's font, on average, near and from afar. */
const letter = { near: 7, far: 8.7 } as const
const mostLines = 5

function linesOf(text: string, width: number, perLetter: number): number {
  const fits = Math.floor(width / perLetter)
  let lines = 1
  let used = 0
  for (const word of text.split(' ')) {
    if (used > 0 && used + 1 + word.length > fits) {
      lines++
      used = word.length
    } else used += (used > 0 ? 1 : 0) + word.length
  }
  return lines
}

function sizeOf({ text, w, h }: { text: string; w: number; h: number }): { h: number; cut: boolean } {
  const near = linesOf(text, w - 58, letter.near)
  const far = linesOf(text, w - 64, letter.far)
  return { h: Math.max(h, 50 + Math.min(near, mostLines) * 19, 16 + Math.min(far, mostLines) * 21), cut: Math.max(near, far) > mostLines }
}

interface Box {
  readonly id: string
  readonly in: string
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** Everything that takes room, where it is seen on the board. */
function boxesOf(board: Board): Box[] {
  const corner = (parent: string) => board.structures.get(parent as never)?.place ?? { x: 0, y: 0 }
  return [...board.structures.values(), ...board.cards.values()].map(({ id, place, w, h, ...rest }) => ({
    id,
    in: place.parent,
    x: corner(place.parent).x + place.x,
    y: corner(place.parent).y + place.y,
    w,
    h: 'text' in rest ? sizeOf({ text: String(rest.text), w, h }).h : h,
  }))
}

const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

test('[F7] the templates a facilitator counts on are there', () => {
  expect([...files.keys()]).toEqual(expect.arrayContaining(required))
})

describe.each([...files.keys()])('template %s', id => {
  test('[F7] is a board file that says nothing of anybody', () => {
    const file = fileOf(id)
    expect(file.people).toEqual([])
    const names = new Set<string>()
    JSON.stringify(file, (name, value: unknown) => (names.add(name), value))
    for (const name of ['by', 'at', 'edited', 'views', 'meant', 'exported', 'computed']) expect(names).not.toContain(name)
  })

  test('[F7] every card is of a known kind, every id is there once, every relation joins two cards of the board', () => {
    const file = fileOf(id)
    const ids = [...file.cards, ...file.relations, ...file.structures, ...file.drawings].map(each => each.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(file.cards.filter(({ kind }) => !kindOf(kind))).toEqual([])
    const cards = new Set(file.cards.map(card => card.id))
    expect(file.relations.filter(({ from, to }) => !cards.has(from) || !cards.has(to))).toEqual([])
    const board = boardOf(id)
    expect([board.cards.size, board.relations.size, board.structures.size]).toEqual([file.cards.length, file.relations.length, file.structures.length])
  })

  test('[F7] nothing lies on anything else, and no text is cut', () => {
    const board = boardOf(id)
    const boxes = boxesOf(board)
    const lying = boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b => overlap(a, b) && a.in !== b.id && b.in !== a.id).map(b => `${a.id} on ${b.id}`))
    expect(lying).toEqual([])
    expect([...board.cards.values()].filter(card => sizeOf(card).cut).map(card => card.id)).toEqual([])
    expect([...board.structures.values()].filter(({ place }) => place.parent !== '')).toEqual([])
  })

  test('[F7] what is inside a structure lies within it, in a cell or at its date', () => {
    const board = boardOf(id)
    const boxes = new Map(boxesOf(board).map(box => [box.id, box]))
    for (const card of board.cards.values()) {
      if (card.place.parent === '') continue
      const structure = board.structures.get(card.place.parent)!
      const [inner, outer] = [boxes.get(card.id)!, boxes.get(structure.id)!]
      expect(inner, card.id).toSatisfy(() => inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w && inner.y + inner.h <= outer.y + outer.h)
      if (structure.type === 'grid') expect(cellOf(structure, card), card.id).toBeDefined()
      const date = card.fields['date']
      // The vision stands in its arch, beyond the axis.
      if (structure.type === 'timeline' && typeof date === 'string' && card.kind !== 'vision') expect(card.place.x + card.w / 2, card.id).toBeCloseTo(xOfDate(asTimeline(structure), date), -1)
    }
  })

  test('[F7] export, import, export gives the same bytes', () => {
    const first = printBoardFile(toBoardFile(seeded(startedOn(fileOf(id), today)), [], when))
    expect(printBoardFile(toBoardFile(seeded(parseBoardFile(JSON.parse(first))), [], when))).toBe(first)
  })
})

test.each([...files.keys()].filter(id => id !== 'example'))('[F7] %s can be read whole on one screen', id => {
  const boxes = boxesOf(boardOf(id))
  const span = (low: (box: Box) => number, high: (box: Box) => number) => Math.max(0, ...boxes.map(high)) - Math.min(0, ...boxes.map(low))
  expect(span(({ x }) => x, ({ x, w }) => x + w)).toBeLessThanOrEqual(2600)
  expect(span(({ y }) => y, ({ y, h }) => y + h)).toBeLessThanOrEqual(1700)
})

test.each([...files.keys()].filter(id => id !== 'example'))('[F7] a fresh %s has nothing to mend, but a question that waits for its action', id => {
  const found = checkBoard(readingOf(boardOf(id))).filter(({ check, findings }) => findings.length && check !== 'question-informs-nothing')
  expect(found.flatMap(({ findings }) => findings.map(({ sentence }) => sentence))).toEqual([])
})

const gallery = [...files.keys()].map(id => ({ id, board: fileOf(id).board })).sort((a, b) => Number(a.board['place']) - Number(b.board['place']))

test('[F8] each template says what it is for and what comes out; in the gallery each has a name and a place of its own', () => {
  for (const { id, board } of gallery) {
    for (const name of ['about', 'gives'] as const) expect(board[name], `${id}: ${name}`).toMatch(/^\S.{5,}\S$/)
    for (const name of ['takes', 'people'] as const) if (board[name] !== undefined) expect(board[name], `${id}: ${name}`).toMatch(/\S/)
    expect(board['place'], id).toBeTypeOf('number')
    expect(board.sectors?.length, id).toBeGreaterThan(0)
  }
  expect(new Set(gallery.map(({ board }) => board['place'])).size).toBe(gallery.length)
  expect(new Set(gallery.map(({ board }) => board.title)).size).toBe(gallery.length)
})

test('[F8] the facilitators’ guide says the same of each template, and nothing where no source gives a figure', () => {
  const said = (value: unknown) => (typeof value === 'string' ? value : 'not known')
  const rows = gallery.map(({ board }) => `| ${board.title} | ${said(board['takes'])} | ${said(board['people'])} | ${said(board['gives'])} |`)
  expect(readFileSync(join(top, 'docs/methods.md'), 'utf8')).toContain(rows.join('\n'))
})

test.each(['run-wheel-75', 'run-backcast-150'])('[F8] the stages of %s follow one another and add up to the time it takes', id => {
  const { board, structures } = fileOf(id)
  const rows = structures.find(each => each.id === 'run-sheet')!['rows'] as string[]
  let clock = 0
  for (const row of rows) {
    const [, hours, minutes, lasts] = /^(\d+):(\d\d), (\d+) min$/.exec(row)!
    expect(Number(hours) * 60 + Number(minutes), row).toBe(clock)
    clock += Number(lasts)
  }
  expect(board['takes']).toBe(`${clock} minutes`)
})
