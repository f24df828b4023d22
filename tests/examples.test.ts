import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { colourOf } from '../shared/cards/index.ts'
import { parseBoardFile } from '../shared/file.ts'
import { exportFileName, exportFormats, exportNames } from '../shared/export/formats.ts'
import { readFile } from '../shared/export/reading.ts'
import { writers } from '../shared/export/writers.ts'
import { methods } from '../shared/methods/index.ts'
import { relations } from '../shared/relations.ts'
import { colourAt, differing, render } from './support/drawing.ts'
import { pictures } from './support/stage.ts'

/* The example board in every format, as it is shown to whoever asks what they will get. */

const folder = join(import.meta.dirname, '../docs/examples')
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const reading = readFile(parseBoardFile(JSON.parse(read('example.json'))))

test.each(exportNames)('[F17] the example of %s is what this version writes', name => {
  // Where a format changed on purpose: node scripts/make-examples.ts, and look at what changed.
  expect(writers[name](reading)).toBe(read(exportFileName('example', name)))
})

test('[F17] every format has its example and no other files are there; the board holds every structure, relation and kind of view', () => {
  expect(readdirSync(folder).sort()).toEqual(exportNames.map(name => exportFileName('example', name)).sort())
  const { board } = reading
  expect([...new Set([...board.structures.values()].map(({ type }) => type))].sort()).toEqual(Object.keys(methods).sort())
  expect([...new Set([...board.relations.values()].map(({ kind }) => kind))].sort()).toEqual(Object.keys(relations).sort())
})

test('[F17] the page for facilitators says what each format is for, in the words of the menu', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/exporting.md'), 'utf8')
  for (const name of exportNames) {
    const { title, hint } = exportFormats[name]
    expect(page).toContain(`| **${title}** \`${name}\``)
    expect(page).toContain(hint)
  }
})

test('[F14] resvg draws the example: every card in its place and colour, lines, and words', async () => {
  mkdirSync(pictures, { recursive: true })
  const svg = read('example.svg')
  const [, x = 0, y = 0, w = 1] = (/viewBox="(\S+) (\S+) (\S+)/.exec(svg) ?? []).map(Number)
  const picture = await render(svg, 1_800)
  writeFileSync(join(pictures, 'export-example.png'), picture.png)
  const scale = picture.width / w
  for (const card of reading.board.cards.values()) {
    const corner = reading.corner(card.place)
    // A point of the band, below the icon and inside of every outline.
    const at = card.kind === 'vision' ? { x: card.w / 2, y: 40 } : { x: 4, y: 40 }
    expect([card.id, colourAt(picture, (corner.x + at.x - x) * scale, (corner.y + at.y - y) * scale)]).toEqual([card.id, colourOf(card.kind)[0].toUpperCase()])
  }
  const [wordless, lineless] = await Promise.all([render(svg.replace(/<text.*?<\/text>/gs, ''), 1_800), render(svg.replace(/ stroke="currentColor"/g, ' stroke="none"'), 1_800)])
  expect(differing(picture, wordless)).toBeGreaterThan(8_000)
  expect(differing(picture, lineless)).toBeGreaterThan(1_000)
})
