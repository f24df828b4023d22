import { parse as parseCsv } from 'csv-parse/sync'
import { DOMParser, type Document, type Element } from '@xmldom/xmldom'
import { MultiDirectedGraph } from 'graphology'
import { parse as parseGraphml } from 'graphology-graphml'
import fc from 'fast-check'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import Papa from 'papaparse'
import { describe, expect, test } from 'vitest'
import { colourOf, kinds } from '../shared/cards/index.ts'
import { type BoardFile, parseBoardFile } from '../shared/file.ts'
import { defused, fused } from '../shared/export/csv.ts'
import { exportFileName, exportFormats, type ExportName, exportNames } from '../shared/export/formats.ts'
import { inline, markdown } from '../shared/export/markdown.ts'
import { readFile } from '../shared/export/reading.ts'
import { writers } from '../shared/export/writers.ts'
import { readCanvas } from '../shared/import/json-canvas.ts'
import { readTableText } from '../shared/import/table-file.ts'
import { drawnAs, relationOf, relations } from '../shared/relations.ts'
import { hostile, randomFile } from './support/boards.ts'
import { runSeed } from './support/random.ts'

/* Each format is read by a program that knows nothing of ours. */

const checked = (file: BoardFile): BoardFile => parseBoardFile(JSON.parse(JSON.stringify(file)))
const written = (file: BoardFile, name: ExportName): string => writers[name](readFile(file))

const workshop = checked(randomFile(runSeed, { cards: 260 }))
const nasty = checked(randomFile(runSeed, { cards: 260, hostile: true }))
const boards = [['a workshop', workshop], ['hostile texts', nasty], ['an empty board', checked(randomFile(1, { cards: 0, people: 0 }))]] as const

test.each(exportNames)('[F9] %s says what it is for, and gives the same text for the same file', name => {
  const { title, hint, suffix, type } = exportFormats[name]
  expect([title, suffix, type].every(Boolean)).toBe(true)
  expect(hint).toMatch(/^[A-Z].{20,}\.$/)
  const file = checked(randomFile(7, { cards: 90 }))
  expect(written(file, name)).toBe(written(checked(structuredClone(file)), name))
})

test('[F9] a file’s name is the board’s title, on any system, and no two formats share an ending', () => {
  expect(exportFileName('What follows? /../ “open” <AI>: a\u0000b', 'md')).toBe('What follows open AI a b.md')
  expect(exportFileName('', 'csv')).toBe('board-cards.csv')
  expect(exportFileName('未来'.repeat(90), 'svg')).toBe(`${'未来'.repeat(40)}.svg`)
  expect(new Set(exportNames.map(name => exportFormats[name].suffix)).size).toBe(exportNames.length)
})

// ---- tables

describe.each(boards)('%s as tables', (_, file) => {
  const { board } = readFile(file)

  test('[F10] two other parsers read every cell as it is on the board', () => {
    for (const [name, items] of [['csv', board.cards], ['relations.csv', board.relations]] as const) {
      const text = written(file, name)
      expect(text.startsWith('\ufeff')).toBe(true)
      expect(text.replace(/"(?:[^"]|"")*"/g, '').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
      const rows = parseCsv(text, { bom: true, columns: true, skip_empty_lines: false }) as Record<string, string>[]
      const again = Papa.parse<Record<string, string>>(text, { header: true, newline: '\r\n', skipEmptyLines: true })
      expect(again.errors).toEqual([])
      expect(again.data).toEqual(rows)
      expect(rows.map(row => row['id']).sort()).toEqual([...items.keys()].sort())
    }
    const rows = parseCsv(written(file, 'csv'), { bom: true, columns: true }) as Record<string, string>[]
    for (const { id = '', text = '', kind, x } of rows) {
      const card = board.cards.get(id as never)
      expect([fused(text), kind, Number.isInteger(Number(x))]).toEqual([card?.text, card?.kind, true])
    }
  })

  test('[F10] no cell is a formula to a spreadsheet', () => {
    for (const name of ['csv', 'relations.csv'] as const) {
      for (const row of parseCsv(written(file, name), { bom: true }) as string[][]) for (const cell of row) expect(cell).not.toMatch(/^[=+@\t\r＝＋＠]|^[-－](?!\d+(\.\d+)?$)/)
    }
  })
})

/** What matters to whoever looks for cells and formulas, and a little that does not. */
const lineEnds = ['\r\n', '\n', '\r', '\v', '\f', '\x1c', '\x85', '\u2028', '\u2029']
const separators = [',', ';', '\t', '|']
const mean = fc.string({ unit: fc.constantFrom(...lineEnds, ...separators, ...'\'"=+-@＝＋－＠﹦1.a \xa0\u200b\ufeff\0'), maxLength: 24 })
const notOurs = fc.oneof(mean, fc.constantFrom(...hostile), fc.tuple(mean, fc.constantFrom(...hostile)).map(parts => parts.join('')))

test('[F10] what is defused comes back to the letter by taking one apostrophe away at each place', () => {
  for (const text of hostile) expect(fused(defused(text))).toBe(text)
  fc.assert(fc.property(notOurs, text => void expect(fused(defused(text))).toBe(text)), { seed: runSeed, numRuns: 5_000 })
})

/** Whether a program that takes blanks and quotation marks away would run a cell. */
const runs = (cell: string): boolean => /^["\s\0\u200b]*[=+@＝＋＠﹦\-－]/.test(cell) && !/^"?-?\d+(\.\d+)?"?$/.test(cell)

/** The cells of a file as one separator shows them: cut at every one, and cut where a reader that knows quotation marks cuts. */
function* cellsBy(text: string, separator: string): Generator<string> {
  const anyEnd = new RegExp(lineEnds.join('|'))
  for (const line of text.split(anyEnd)) yield* line.split(separator)
  for (const newline of ['\r\n', '\n', '\r'] as const) for (const row of Papa.parse<string[]>(text, { delimiter: separator, newline }).data) yield* row
  yield* lenient(text, separator)
}

/** As Excel and Python read: a cell that begins with a quotation mark goes on to the next single one, and what follows that belongs to it. */
function* lenient(text: string, separator: string): Generator<string> {
  let [cell, quoted, begun] = ['', false, false]
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] as string
    if (quoted && letter === '"' && text[i + 1] === '"') cell += text[++i]
    else if (letter === '"' && (quoted || !begun)) [quoted, begun] = [!quoted, true]
    else if (!quoted && (letter === separator || lineEnds.includes(letter))) {
      yield cell
      ;[cell, begun] = ['', false]
    } else [cell, begun] = [cell + letter, true]
  }
  yield cell
}

test('[F10] no cell is a formula, whichever separator and line end a program cuts the table by, quotation marks or not; our own reader gives every text back', () => {
  fc.assert(
    fc.property(fc.array(notOurs, { minLength: 1, maxLength: 4 }), fc.array(fc.stringMatching(/^[\w-]{1,6}$/), { minLength: 4, maxLength: 4 }), (texts, people) => {
      const cards = texts.map((text, i) => ({ id: `${i}`, kind: 'signal', text, x: -9 - i, y: 0, by: people[i] }))
      const file = { ...randomFile(1, { cards: 0, people: 0 }), people: [{ id: people[0], sector: texts[0]?.slice(0, 80) }], cards, structures: [{ id: 's', type: 'grid', x: 0, y: 0, w: 900, h: 500, title: texts[0]?.slice(0, 200), rows: ['a'], cols: ['b'] }] } as unknown as BoardFile
      const written = writers.csv(readFile(file))
      for (const separator of separators) for (const cell of cellsBy(written.slice(1), separator)) if (runs(cell)) throw new Error(`By ${JSON.stringify(separator)} a cell is ${JSON.stringify(cell)} in ${JSON.stringify(written)}`)
      const { rows } = readTableText(written, 'cards.csv')
      const at = rows[0]?.indexOf('text') ?? -1
      const asRead = (text: string) => text.replaceAll('\0', '').toWellFormed().replace(/\r\n?/g, '\n')
      expect(rows.slice(1).map(row => row[at]).sort()).toEqual(texts.map(asRead).sort())
      expect(rows.slice(1).map(row => row[rows[0]?.indexOf('by') ?? -1]).sort()).toEqual(cards.map(({ by }) => by).sort())
    }),
    { seed: runSeed, numRuns: 400 },
  )
})

test('[F10] how people stand is counted by step where three may be shown, and never as a mean', () => {
  const people = Array.from({ length: 7 }, (_, i) => ({ id: `p${i}`, sector: i < 4 ? 'Academia' : i < 6 ? 'Industry' : 'Community' }))
  const valence = { p0: -3, p1: -3, p2: 3, p3: 3, p4: 1, p5: 2 }
  const file = checked({ ...randomFile(1, { cards: 0, people: 0 }), people, cards: [{ id: 'a', kind: 'consequence', text: 'x', x: 0, y: 0, views: { valence } }, { id: 'b', kind: 'consequence', text: 'y', x: 0, y: 300, views: { valence: { p4: 1, p5: 2 } } }] })
  const [a, b] = parseCsv(written(file, 'csv'), { bom: true, columns: true }) as Record<string, string>[]
  const counts = (row: Record<string, string> | undefined) => [-3, -2, -1, 0, 1, 2, 3].map(step => row?.[`valence: ${step}`])
  expect([a?.['valence: people'], counts(a)]).toEqual(['6', ['2', '0', '0', '0', '0', '0', '2']])
  // Two people are too few to be shown; that they said something may be.
  expect([b?.['valence: people'], counts(b)]).toEqual(['2', ['0', '0', '0', '0', '0', '0', '0']])
  expect(Object.keys(a ?? {}).join()).not.toMatch(/mean|average/i)
})

// ---- JSON Canvas

/** JSON Canvas 1.0 as jsoncanvas.org/spec/1.0 says it, by hand: which names an object must and may have, and of what kind. */
const isString = (value: unknown): boolean => typeof value === 'string'
const isInteger = (value: unknown): boolean => Number.isInteger(value)
const isColour = (value: unknown): boolean => typeof value === 'string' && /^([1-6]|#[0-9A-Fa-f]{6})$/.test(value)
const oneOf = (...values: string[]) => (value: unknown): boolean => values.includes(value as string)
const generic = { id: isString, type: oneOf('text', 'file', 'link', 'group'), x: isInteger, y: isInteger, width: isInteger, height: isInteger }
const nodeShapes: Record<string, { must: Record<string, (value: unknown) => boolean>; may: Record<string, (value: unknown) => boolean> }> = {
  text: { must: { ...generic, text: isString }, may: { color: isColour, kind: isString } },
  group: { must: generic, may: { color: isColour, label: isString, background: isString, backgroundStyle: oneOf('cover', 'ratio', 'repeat'), structure: value => typeof value === 'object' } },
}
const side = oneOf('top', 'right', 'bottom', 'left')
const end = oneOf('none', 'arrow')
const edgeShape = { must: { id: isString, fromNode: isString, toNode: isString }, may: { fromSide: side, fromEnd: end, toSide: side, toEnd: end, color: isColour, label: isString } }

function misfits(object: Record<string, unknown>, { must, may }: (typeof nodeShapes)['text'] & object): string[] {
  const missing = Object.entries(must).filter(([name, fits]) => !fits(object[name])).map(([name]) => `${name} is ${JSON.stringify(object[name])}`)
  const odd = Object.entries(object).filter(([name, value]) => !(name in must) && !may[name]?.(value)).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return [...missing, ...odd]
}

interface Canvas {
  readonly nodes: Record<string, unknown>[]
  readonly edges: Record<string, unknown>[]
}

describe.each(boards)('%s as a canvas', (_, file) => {
  const { nodes, edges } = JSON.parse(written(file, 'canvas')) as Canvas
  const { board } = readFile(file)

  test('[F11] every node and edge is as JSON Canvas 1.0 asks, ids are there once, and edges join nodes', () => {
    expect(nodes.flatMap(node => misfits(node, nodeShapes[String(node['type'])] ?? { must: {}, may: {} }))).toEqual([])
    expect(edges.flatMap(edge => misfits(edge, edgeShape))).toEqual([])
    const ids = new Set(nodes.map(({ id }) => id))
    expect(ids.size).toBe(nodes.length)
    expect(edges.filter(({ fromNode, toNode }) => !ids.has(fromNode) || !ids.has(toNode))).toEqual([])
  })

  test('[F11] structures are groups around their cards, cards say their kind and have its colour, relations theirs', () => {
    const node = new Map(nodes.map(each => [each['id'], each]))
    for (const { id, kind, place } of board.cards.values()) {
      const said = node.get(id) as Record<string, number & string>
      expect([said['color'], String(said['text']).split('\n')[0]]).toEqual([colourOf(kind)[0], `**${kinds[kind as 'note']?.title}**`])
      if (place.parent === '') continue
      const group = node.get(place.parent) as Record<string, number>
      expect([group['type'], said['x']! >= group['x']!, said['y']! >= group['y']!]).toEqual(['group', true, true])
    }
    for (const { id, kind, sign } of board.relations.values()) {
      const edge = edges.find(each => each['id'] === id)
      expect(edge?.['label']).toContain(relationOf(kind).label)
      expect(edge?.['color']).toBe(drawnAs(kind, sign).color[0])
    }
  })
})

test('[F11] a board that leaves as a canvas and comes back has its cards, fields, structures and relations', () => {
  const { board } = readFile(workshop)
  const { file, warnings } = readCanvas(JSON.parse(written(workshop, 'canvas')), workshop.board.title)
  const again = readFile(parseBoardFile(JSON.parse(JSON.stringify({ ...file, cards: file.cards.filter(({ y }) => y !== 0) })))).board
  expect(warnings).toEqual([])
  const cards = (of: typeof board) => [...of.cards.values()].map(({ kind, text, fields, place: { parent } }) => [kind, text.trim(), fields, parent === '' ? '' : of.structures.get(parent)?.type])
  const sorted = (all: unknown[]) => all.map(each => JSON.stringify(each)).sort()
  // The sticky note of the board is a card now; it alone stood at the top.
  // An address comes with the letters that Markdown or HTML would take for their own written another way.
  const plain = (all: ReturnType<typeof cards>) => all.map(([kind, text, fields, parent]) => [kind, text, { ...(fields as object), ...((fields as { source?: string }).source && { source: '…' }) }, parent])
  expect(sorted(plain(cards(again)))).toEqual(sorted(plain(cards(board))))
  const lines = (of: typeof board) => [...of.relations.values()].map(({ kind, sign, delay, from, to }) => [kind, kind === 'leads' ? sign : '', delay, of.cards.get(from)?.text, of.cards.get(to)?.text])
  expect(sorted(lines(again))).toEqual(sorted(lines(board)))
  expect([...again.structures.values()].map(({ type, fields }) => [type, fields])).toEqual(expect.arrayContaining([...board.structures.values()].map(({ type, fields }) => [type, fields])))
})

// ---- GraphML

describe.each(boards)('%s as a graph', (_, file) => {
  test('[F12] a library for graphs reads every card and relation with typed attributes, and the graph is the board’s', () => {
    const text = written(file, 'graphml')
    const graph = parseGraphml(MultiDirectedGraph, text)
    const { board, wheel } = readFile(file)
    expect(graph.nodes().sort()).toEqual([...board.cards.keys()].sort())
    expect(graph.edges().sort()).toEqual([...board.relations.keys()].sort())
    for (const [id, { from, to, kind, delay }] of board.relations) {
      expect(graph.extremities(id)).toEqual([from, to])
      expect(graph.getEdgeAttributes(id)).toMatchObject({ kind, label: relations[kind].label, delay, symmetric: kind === 'tension' })
    }
    for (const [id, card] of board.cards) {
      const said = graph.getNodeAttributes(id)
      const parent = card.place.parent === '' ? undefined : board.structures.get(card.place.parent)
      const order = parent?.type === 'wheel' ? wheel(parent.id).order.get(id) : undefined
      // The library makes one colour of the three numbers Gephi asks for.
      expect([said['kind'], said['order'], typeof said['x'], said['color']]).toEqual([card.kind, order, 'number', colourOf(card.kind)[0].toLowerCase()])
      if (card.text.trim() !== '') expect(said['label']).toBe(xmlText(card.text))
    }
  })
})

/** What of a text XML can say: it has no letters for some control characters. */
// oxlint-disable-next-line no-control-regex -- these are what XML forbids
const xmlText = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')

// ---- Markdown

/** Markdown as GitHub shows it, with HTML let through: what is not inert shows. */
const shown = (text: string): string => micromark(text, { allowDangerousHtml: true, allowDangerousProtocol: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] })

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }
const unescaped = (html: string): string => html.replace(/&(lt|gt|amp|quot);/g, (_, name: string) => named[name] ?? '').replaceAll('\u00a0', ' ')

describe('Markdown', () => {
  const anyText = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: fc.constantFrom(...'\\`*_{}[]()<>#+-.!|~^$%=:/&"\' \t\n1aw@'), maxLength: 24 }), fc.string({ unit: 'grapheme', maxLength: 12 }))

  test('[F13] whatever a text holds, it is shown as it is in a list, a heading, a quotation and a table, and makes nothing else of them', () => {
    fc.assert(
      fc.property(anyText, text => {
        const plain = text.replaceAll('\0', '\ufffd').replace(/\s*[\r\n]+\s*/g, ' / ').replace(/\s+/g, ' ').trim()
        const said = inline(text)
        expect(unescaped(shown(`- **x**: ${said}`))).toBe(`<ul>\n<li><strong>x</strong>: ${plain}</li>\n</ul>`.replace(': </li>', ':</li>'))
        if (plain === '') return
        expect(unescaped(shown(`## x ${said}`))).toBe(`<h2>x ${plain}</h2>`)
        expect(unescaped(shown(`> ${said}`))).toBe(`<blockquote>\n<p>${plain}</p>\n</blockquote>`)
        expect(unescaped(shown(`| a |\n| --- |\n| ${said} |`))).toContain(`<td>${plain}</td>`)
      }),
      { seed: runSeed, numRuns: 1_000 },
    )
  })

  test('[F13] a text of several lines is paragraphs of just that text', () => {
    fc.assert(
      fc.property(anyText, text => {
        const html = shown(markdown(text))
        expect(html.replace(/<\/?p>/g, '')).not.toMatch(/<[a-z/!]/i)
        expect(unescaped(html).replace(/<\/?p>|\s/g, '')).toBe(text.replaceAll('\0', '\ufffd').replace(/\s/g, ''))
      }),
      { seed: runSeed, numRuns: 1_000 },
    )
  })

  test.each(boards)('[F13] the report of %s holds nothing but headings, lists, tables, quotations and links of sources', (_, file) => {
    const html = shown(written(file, 'md'))
    const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag))
    expect([...tags].filter(tag => !['h1', 'h2', 'h3', 'p', 'ul', 'li', 'strong', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'blockquote', 'a', 'br'].includes(tag ?? ''))).toEqual([])
    for (const [, href] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^https:\/\/example\.org\//)
  })
})

test('[F13] the report tells each method its own way', () => {
  const people = Array.from({ length: 8 }, (_, i) => ({ id: `p${i}`, sector: i < 3 ? 'Academia' : i < 6 ? 'Industry' : 'Community' }))
  const empty = randomFile(1, { cards: 0, people: 0 })
  const text = written(checked({
    ...empty,
    board: { title: 'Openness', focus: 'What follows?', today: '2026-11-23', horizon: '2040', sectors: ['Academia', 'Industry', 'Community'] },
    people,
    structures: [
      { id: 'w', type: 'wheel', x: 0, y: 0 },
      { id: 't', type: 'timeline', x: 0, y: 2_000, title: 'A way', from: '2026', to: '2040' },
      { id: 'n', type: 'tension', x: 0, y: 4_000, title: 'Purpose', left: 'An end', right: 'A means', views: { marker: { p0: -80, p1: -70, p2: -90, p3: 80, p4: 85, p5: 90, p6: 0 }, reason: { p0: 'It is what we are for', p3: 'It serves', p6: 'Neither' } } },
      { id: 'g', type: 'grid', x: 0, y: 6_000, title: 'Horizons', rows: ['Law'], cols: ['Near', 'Far'] },
    ],
    cards: [
      { id: 'c', kind: 'change', text: 'All opens', in: 'w', x: 0, y: 0 },
      { id: 'd', kind: 'consequence', text: 'Then this', in: 'w', x: 0, y: 100, steep: ['social'], views: { valence: { p0: 1, p1: 2, p2: -3 } } },
      { id: 'e', kind: 'consequence', text: 'Then that', in: 'w', x: 0, y: 200 },
      { id: 'v', kind: 'vision', text: 'Any town can look inside', in: 't', x: 900, y: 0, date: '2040' },
      { id: 'm', kind: 'milestone', text: 'A shared way to say it', in: 't', x: 500, y: 0, date: '2033' },
      { id: 'a', kind: 'action', text: 'Draft it', in: 't', x: 90, y: 0, date: '2027', actor: 'Buyers' },
      { id: 'o', kind: 'obstacle', text: 'Trade secrets', in: 't', x: 300, y: 0 },
      { id: 'q', kind: 'question', text: 'Inspect for whom?', x: 0, y: 8_000 },
      { id: 'lost', kind: 'question', text: 'Why at all?', x: 0, y: 8_200 },
      { id: 's', kind: 'signal', text: 'Seen in a town', in: 'g', x: 200, y: 60 },
    ],
    relations: [
      { id: '1', kind: 'leads', from: 'c', to: 'd' }, { id: '2', kind: 'leads', from: 'd', to: 'e', sign: '-' }, { id: '3', kind: 'leads', from: 'e', to: 'd' },
      { id: '4', kind: 'enables', from: 'm', to: 'v' }, { id: '5', kind: 'enables', from: 'a', to: 'm' }, { id: '6', kind: 'blocks', from: 'o', to: 'm' }, { id: '7', kind: 'informs', from: 'q', to: 'a' },
    ],
  } as BoardFile), 'md')
  for (const [said, why] of [
    ['## Futures wheel: All opens', 'the wheel by its change'],
    ['### Direct consequences\n\n- Then this (Social; valence −3 +1 +2)', 'the first order, with what people think'],
    ['### Second order\n\n- Then that', 'the second order'],
    ['- All opens\n  - Then this — follows also from: Then that\n    - (−) Then that', 'chains'],
    ['- Balancing: Then this → Then that → Then this', 'loops'],
    ['| 2033 | Milestone | A shared way to say it |  | Draft it | Trade secrets |', 'a dated table'],
    ['| Academia | 3 | 0 | 0 |\n| Industry | 0 | 0 | 3 |\n| Community | fewer than 3, kept closed |  |  |', 'positions by sector, small ones closed'],
    ['Two camps: 3 and 3, nobody between.', 'two camps'],
    ['- “It is what we are for” (Academia)', 'a reason with the sector where that is open'],
    ['- “Neither”\n', 'and without where it is not'],
    ['|  | Near | Far |\n| --- | --- | --- |\n| Law | Signal: Seen in a town |  |', 'a grid as a table'],
    ['- **Vision**: Any town can look inside (2040)\n  - **Milestone**: A shared way to say it (2033)\n    - **Action**: Draft it (who does it: Buyers; 2027)\n      - **Research question**: Inspect for whom?', 'the trace from vision to question'],
    ['### Questions that lead to no vision\n\n- Why at all?', 'questions without one'],
    ['“Why at all?” informs no action, milestone or vision.', 'open checks'],
    ['| Academia | 3 |\n| Industry | 3 |\n| Community | fewer than 3 |', 'who took part, small sectors closed'],
  ] as const) expect(text, why).toContain(said)
  expect(text).not.toMatch(/mean of|average/i)
})

// ---- SVG

const svgOf = (file: BoardFile): { text: string; document: Document } => {
  const text = written(file, 'svg')
  const problems: string[] = []
  const document = new DOMParser({ onError: (level, message) => void problems.push(`${level}: ${message}`) }).parseFromString(text, 'image/svg+xml')
  expect(problems).toEqual([])
  return { text, document }
}

describe.each(boards)('%s as a drawing', (_, file) => {
  const { document } = svgOf(file)
  const elements = [...document.getElementsByTagName('*')] as Element[]

  test('[F14] it is well-formed, loads nothing, runs nothing and holds no markup but its own', () => {
    const known = ['svg', 'title', 'defs', 'symbol', 'g', 'path', 'circle', 'ellipse', 'rect', 'line', 'polyline', 'polygon', 'text', 'use', 'image']
    expect(new Set(elements.map(({ tagName }) => tagName).filter(tag => !known.includes(tag)))).toEqual(new Set())
    const attributes = elements.flatMap(each => [...each.attributes].map(({ name, value }) => [name, value] as const))
    expect(attributes.filter(([name]) => name.startsWith('on') || name === 'style')).toEqual([])
    expect(attributes.filter(([name, value]) => name.endsWith('href') && !value.startsWith('#mf-icon-') && !value.startsWith('data:image/'))).toEqual([])
    expect(attributes.filter(([, value]) => /NaN|Infinity|undefined|url\(/.test(value))).toEqual([])
  })

  test('[F14] every card’s whole text is in it, and every relation has a line', () => {
    const { board } = readFile(file)
    const titles = elements.filter(({ tagName }) => tagName === 'title').map(({ textContent }) => textContent)
    for (const card of board.cards.values()) if (card.text.trim() !== '') expect(titles).toContain(xmlText(card.text))
    expect(elements.filter(each => each.tagName === 'g' && each.getAttribute('stroke') === 'currentColor' && each.getAttribute('color')).length).toBeGreaterThanOrEqual(Math.floor(board.relations.size * 0.8))
  })

  test('[F14] words that are measured are drawn no wider than their card', () => {
    for (const text of elements.filter(({ tagName }) => tagName === 'text')) {
      const [length, size] = [Number(text.getAttribute('textLength') ?? 0), Number(text.getAttribute('font-size'))]
      if (size === 15 && (text.parentNode as Element).getAttribute('transform')?.startsWith('translate')) expect(length).toBeLessThanOrEqual(160)
    }
  })
})
