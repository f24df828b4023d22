import * as Y from 'yjs'
import { expect, test } from 'vitest'
import { readBoard, recordsOf, writeMeta } from '../shared/board.ts'
import { checkBoard, readingOf } from '../shared/checks/index.ts'
import { type BoardFile, checkBoardFile } from '../shared/file.ts'
import { seedDocument } from '../shared/file-in.ts'
import { rewritten, toBoardFile } from '../shared/file-out.ts'
import { exportNames } from '../shared/export/formats.ts'
import { readFile } from '../shared/export/reading.ts'
import { drawMap } from '../shared/export/svg.ts'
import { lightPaint, themedPaint } from '../shared/export/svg-parts.ts'
import { writers } from '../shared/export/writers.ts'
import { cardsBySector } from '../shared/figures/cards.ts'
import { densityOf } from '../shared/figures/density.ts'
import { steepByOrder } from '../shared/figures/steep-by-order.ts'
import { valuedAmong } from '../shared/figures/valued.ts'
import { parcelOf } from '../shared/import/parcel.ts'
import { outlineOf } from '../shared/outline.ts'
import { previewOf } from '../shared/preview.ts'
import { asTemplate } from '../shared/template.ts'
import { told } from '../shared/told.ts'
import { hostileRecords, store } from './support/hostile-records.ts'
import { runSeed } from './support/random.ts'

/* Whatever peers stored: everything that reads a board without a canvas. tests/browser/hostile-canvas.test.ts puts the same on a canvas. */

function hostileBoard(seed: number): Y.Doc {
  const doc = new Y.Doc()
  doc.transact(() => {
    writeMeta(doc, { title: 'Hostile', sectors: ['A', 'B'] })
    for (const [id, values] of hostileRecords(seed, 120)) store(recordsOf(doc), id, values)
  })
  return doc
}

/** The board as a file that opens, as a server sends it. */
function fileOf(doc: Y.Doc): BoardFile {
  const { file, problems } = checkBoardFile(JSON.parse(JSON.stringify(toBoardFile(doc, [], new Date(0)))))
  if (!file) throw new Error(problems.join(' '))
  return file
}

/** What a drawing never says: a place that is none, a length below nothing. */
const nowhere = /NaN|Infinity|undefined| (width|height|rx|ry|r)="-/

function readEverything(doc: Y.Doc, file: BoardFile): void {
  const reading = readFile(file)
  for (const name of exportNames) writers[name](reading)
  for (const paint of [lightPaint, themedPaint]) expect(drawMap(reading, paint)).not.toMatch(nowhere)
  for (const provenance of ['sector', 'none'] as const) told({ ...file, board: { ...file.board, provenance } })
  for (const { id } of reading.board.structures.values()) {
    steepByOrder(reading, id)
    valuedAmong(reading, reading.cardsIn(id))
    densityOf(reading, reading.board.structures.get(id)!)
  }
  cardsBySector(reading)
  parcelOf(file)
  asTemplate(file)
  rewritten(file)
  const board = readBoard(doc)
  checkBoard(readingOf(board))
  outlineOf(board)
  // As JSON says what is no number.
  expect(JSON.stringify(previewOf(board))).not.toMatch(/null/)
}

test('[F33] a board of whatever peers can store leaves in every format, is listed, checked, drawn and previewed, and opens again', () => {
  for (let seed = runSeed; seed < runSeed + 60; seed++) {
    try {
      const doc = hostileBoard(seed)
      const file = fileOf(doc)
      readEverything(doc, file)
      const again = new Y.Doc()
      seedDocument(again, file)
      expect(JSON.stringify(toBoardFile(again, [], new Date(0)))).toBe(JSON.stringify(toBoardFile(doc, [], new Date(0))))
    } catch (error) {
      throw new Error(`Seed ${seed}: ${String((error as Error).stack)}`, { cause: error })
    }
  }
})

test('[F33] so does one with 100,000 of anything: cards, steps from one card, paragraphs, people who judge', { timeout: 120_000 }, () => {
  const many = 100_000
  const file = {
    format: 'manyfutures/board',
    version: 1,
    board: { title: 'Large' },
    cards: [
      ...Array.from({ length: many }, (_, i) => ({ id: `c${i}`, kind: i ? 'consequence' : 'change', text: '', in: 'w', x: i % 300, y: Math.floor(i / 300) })),
      { id: 'judged', kind: 'signal', text: '', x: 0, y: 0, views: { valence: Object.fromEntries(Array.from({ length: many }, (_, i) => [`p${i}`, 1])) } },
    ],
    relations: Array.from({ length: many - 1 }, (_, i) => ({ id: `r${i}`, kind: 'leads', from: 'c0', to: `c${i + 1}` })),
    structures: [{ id: 'w', type: 'wheel', x: 0, y: 0 }, { id: 't', type: 'tension', x: 5_000, y: 0, views: { marker: Object.fromEntries(Array.from({ length: many }, (_, i) => [`p${i}`, i % 200 - 100])) } }],
    drawings: [{ id: 'words', type: 'text', x: 0, y: 0, props: { richText: { type: 'doc', content: Array.from({ length: many }, () => ({ type: 'paragraph', content: [{ type: 'text', text: 'x' }] })) } } }],
    people: [],
  } as unknown as BoardFile
  const reading = readFile(file)
  for (const name of exportNames) if (name !== 'json') writers[name](reading)
  drawMap(reading, lightPaint)
  steepByOrder(reading, 'w' as never)
  checkBoard(readingOf(reading.board))
  expect(outlineOf(reading.board)).toHaveLength(many + 3)
  previewOf(reading.board)
})
