import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { boardFileTables } from '../scripts/board-file-tables.ts'
import { boardFileSchema, parseBoardFile } from '../shared/file.ts'
import { printBoardFile, rewritten } from '../shared/file-out.ts'
import type { Json } from '../shared/json.ts'
import { told } from '../shared/told.ts'
import { randomFile } from './support/boards.ts'
import { runSeed } from './support/random.ts'

/* The published schema, asked by a validator that knows nothing of ours; and the page that describes the file. */

const top = join(import.meta.dirname, '..')
const page = readFileSync(join(top, 'docs/board-file.md'), 'utf8')
const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, formats: { 'date-time': true } })
const validate = ajv.compile(boardFileSchema())
const faults = (file: unknown): string[] => (validate(file) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`))

const commented = /```jsonc\n([^]*?)\n```/.exec(page)?.[1] ?? ''
const example = JSON.parse(commented.replace(/\s*\/\/ .*$/gm, '')) as Record<string, Json>

test('[F27] the commented example of the page is a board file to us and to another validator, in the one order', () => {
  expect(commented.match(/\/\/ /g)?.length).toBeGreaterThan(15)
  expect(faults(example)).toEqual([])
  const file = parseBoardFile(example)
  expect(JSON.parse(printBoardFile(rewritten(file)))).toEqual(example)
  expect(JSON.stringify(rewritten(file))).toBe(JSON.stringify(example))
})

test('[F27] the page names all that the schema does, in its words', () => {
  // Where the schema changed: node scripts/board-file-tables.ts, into the end of docs/board-file.md.
  expect(page.endsWith(`\n${boardFileTables()}`)).toBe(true)
})

const files: [string, unknown][] = [
  ...['templates', 'docs/examples', 'tests/fixtures/board-file'].flatMap(folder => readdirSync(join(top, folder)).filter(name => name.endsWith('.json')).map((name): [string, unknown] => [`${folder}/${name}`, JSON.parse(readFileSync(join(top, folder, name), 'utf8'))])),
  ...[1, 2, 3].map((nth): [string, unknown] => [`generated board ${nth}`, rewritten(randomFile(runSeed + nth, { cards: 200, hostile: nth === 2 }))]),
  ...(['sector', 'none'] as const).map((provenance): [string, unknown] => {
    const whole = randomFile(runSeed, { cards: 120, people: 30 })
    return [`a board told of by ${provenance}`, told({ ...whole, board: { ...whole.board, provenance } })]
  }),
]

test.each(files)('[F27] %s is valid to another validator', (_, file) => {
  expect(faults(file)).toEqual([])
})

const bad: readonly (readonly [what: string, spoil: (file: any) => void, at: string])[] = [ // oxlint-disable-line typescript/no-explicit-any -- made wrong on purpose
  ['of a newer version', file => (file.version = 2), '/version'],
  ['without a list', file => delete file.people, ''],
  ['with a card without text', file => delete file.cards[0].text, '/cards/0'],
  ['with a place out of reach', file => (file.cards[1].x = 1e300), '/cards/1/x'],
  ['with an id that could be code', file => (file.relations[0].from = '<b>'), '/relations/0/from'],
  ['with a view off its scale', file => (file.cards[1].views.valence.p1 = 9), '/cards/1/views/valence/p1'],
  ['with words for a date', file => (file.board.horizon = 'soon'), '/board/horizon'],
  ['with a picture that is an address', file => (file.assets = [{ id: 'a', data: 'https://evil.example/x.png' }]), '/assets/0/data'],
]

test.each(bad)('[F27] a file %s is one to neither', (_, spoil, at) => {
  const file = structuredClone(example)
  spoil(file)
  expect(faults(file).map(fault => fault.split(' ')[0])).toContain(at)
  expect(() => parseBoardFile(file)).toThrow()
})
