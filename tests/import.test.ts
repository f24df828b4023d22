import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as Y from 'yjs'
import { describe, expect, test } from 'vitest'
import { migrateTldraw } from '../client/import/tldraw-file.ts'
import { longestText, readBoard, recordsOf } from '../shared/board.ts'
import { type BoardFile, parseBoardFile } from '../shared/file.ts'
import { seedDocument } from '../shared/file-in.ts'
import { printBoardFile, toBoardFile } from '../shared/file-out.ts'
import { mayBeSource } from '../shared/import/accepted.ts'
import { ImportError } from '../shared/import/imported.ts'
import { type Read, readSource } from '../shared/import/index.ts'
import { boardOf } from '../shared/import/layout.ts'
import { mostBytesAtOnce, parcelOf } from '../shared/import/parcel.ts'
import { cardsOf, guessMapping, type Mapping, meaning, meanings, mostRows, readTableText, sayUnread, withHead } from '../shared/import/table-file.ts'
import { plainTextOf } from '../shared/import/tldraw.ts'
import { relationNamed } from '../shared/import/words.ts'
import { type Json, parseJson } from '../shared/json.ts'
import { relations } from '../shared/relations.ts'
import { random, runSeed } from './support/random.ts'
import { arrow, page, retrospective, shape, tldrawFile } from './support/tldraw.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (content: string | Uint8Array, name = 'plan.json'): Read => readSource(typeof content === 'string' ? bytesOf(content) : content, name, migrateTldraw)

/** What a file became, held against the board file's own rules. */
function board(content: string, name?: string): { file: BoardFile; warnings: readonly string[] } {
  const found = read(content, name)
  if (found.is !== 'board') throw new Error('A table is no board')
  parseBoardFile(JSON.parse(JSON.stringify(found.file)))
  return found
}

/** Names every property's seed, and repeats the same run with it. */
const run = (property: fc.IRawProperty<unknown>, numRuns = 200) => fc.assert(property as fc.IProperty<unknown>, { seed: runSeed, numRuns })

describe('tldraw files', () => {
  test('[F20] sticky notes become cards, arrows between two of them relations, everything else stays a drawing', () => {
    const { file, warnings } = board(retrospective(), 'retro.tldr')
    expect(file.board.title).toBe('retro')
    expect(file.cards).toEqual([
      { id: 'a', kind: 'note', text: 'Compute is open', x: 0, y: 0, z: 'a1' },
      { id: 'b', kind: 'note', text: 'Small groups train\nmodels of their own', x: 400, y: 0, z: 'a2' },
      { id: 'c', kind: 'note', text: 'Rules lag behind', x: 400, y: 320, z: 'a3' },
      { id: 'd', kind: 'note', text: 'In the frame', in: 'frame', x: 20, y: 20, z: 'a1' },
    ])
    expect(file.relations.map(({ from, to, kind }) => [from, kind, to])).toEqual([['a', 'enables', 'b'], ['c', 'leads', 'b']])
    expect(file.drawings.map(({ id, type }) => [id, type])).toEqual([['box', 'geo'], ['bx', 'arrow'], ['frame', 'frame'], ['i1', 'image'], ['asset:picture-1', 'asset']])
    expect(file.drawings.find(({ id }) => id === 'bx')).toMatchObject({ from: 'b', to: 'box' })
    expect(warnings).toEqual([
      expect.stringMatching(/^1 picture .* address elsewhere.* was left out/),
      expect.stringMatching(/^1 film or embedded page was left out/),
      expect.stringMatching(/^1 thing .*\(hexagram\) was left out/),
      expect.stringMatching(/^1 label .*“because of lobbying”/),
    ])
  })

  test('[F20] pictures in the file come along under names of their own; nothing of another host and no name of a file does', () => {
    const text = JSON.stringify(board(retrospective(), 'retro.tldr').file)
    expect(text).toContain('data:image/png;base64,')
    for (const elsewhere of ['pictures.example.org', 'youtube', 'secret name']) expect(text).not.toContain(elsewhere)
  })

  test('[F20] a file of 2023 is brought up to date by tldraw’s own migrations', () => {
    const { file, warnings } = board(readFileSync(join(import.meta.dirname, 'fixtures/early.tldr'), 'utf8'), 'early.tldr')
    expect(file.cards.map(({ text }) => text)).toEqual(['Written in 2023', 'Two lines\nof words'])
    expect(file.relations).toEqual([{ id: 'arrow', z: 'a3', from: 'noteOne', to: 'noteTwo', kind: 'blocks' }])
    expect(plainTextOf(file.drawings.find(({ id }) => id === 'box')?.props?.['richText'] as Json)).toBe('A box')
    expect(warnings).toEqual([])
  })

  test('[F20] heads, turned notes, long notes and several pages keep what they mean', () => {
    const { file, warnings } = board(
      tldrawFile([
        page('one', 'a1'),
        page('two', 'a2'),
        shape('a', 'note', { parent: 'page:one', text: 'Turned', x: 200, y: 0, rotation: Math.PI / 2 }),
        shape('b', 'note', { parent: 'page:one', text: 'word '.repeat(1_500), x: 0, y: 500, index: 'a2', scale: 2 }),
        ...arrow('back', 'a', 'b', { parent: 'page:one', arrowheadStart: 'arrow', arrowheadEnd: 'none', bend: 30, index: 'a3' }),
        shape('c', 'note', { parent: 'page:two', text: 'On the second page', x: -50, y: 7 }),
      ]),
      'pages.tldr',
    )
    const [turned, first, second, third] = file.cards
    // Its middle stays: 200 by 200 turned by a quarter round its corner at 200, 0.
    expect([turned?.x, turned?.y]).toEqual([0, expect.closeTo(0, 6)])
    expect([first?.w, second?.text.length, second?.in]).toEqual([400, expect.any(Number), undefined])
    expect((first?.text.length ?? 0) <= longestText && (second?.y ?? 0) > (first?.y ?? 0)).toBe(true)
    expect(file.relations).toEqual([expect.objectContaining({ from: 'b', to: 'a', props: { bend: -30 } })])
    expect([third?.text, (third?.x ?? 0) > 400]).toEqual(['On the second page', true])
    expect(warnings).toEqual(['The pages of the file stand side by side: a board has one.'])
  })

  test.each([
    ['a newer format', tldrawFile([], { tldrawFileFormatVersion: 2 }), /version 2; this version of Manyfutures reads version 1/],
    ['a newer schema', tldrawFile([], { schema: { schemaVersion: 2, sequences: { 'com.tldraw.shape': 999 } } }), /newer version of tldraw/],
    ['the first format', JSON.stringify({ name: 'old', document: { version: 15.5, pages: {} } }), /first format, from before 2023/],
    ['no records', JSON.stringify({ tldrawFileFormatVersion: 1, schema: {} }), /at records: expected a list/],
    ['a record that is none', JSON.stringify({ tldrawFileFormatVersion: 1, schema: { schemaVersion: 2, sequences: {} }, records: [{ id: 'a', typeName: 'page' }, 7] }), /at records\[1\]: expected an id/],
    ['a schema that is none', JSON.stringify({ tldrawFileFormatVersion: 1, schema: { schemaVersion: 1 }, records: [] }), /damaged|cannot be brought up to date/],
    ['too many shapes', tldrawFile([page(), ...Array.from({ length: 10_001 }, (_, i) => shape(`s${i}`, 'group'))]), /10,001 shapes; at most 10,000/],
  ])('[F20] a tldraw file of %s is refused with a sentence', (_, text, sentence) => {
    expect(() => read(text, 'x.tldr')).toThrow(sentence)
    expect(() => read(text, 'x.tldr')).toThrow(ImportError)
  })

  test('[F20] whatever is done to a tldraw file, it becomes a board that holds together or a sentence', () => {
    const whole = JSON.parse(retrospective()) as { records: Record<string, Json>[] }
    run(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.constantFrom('props', 'parentId', 'id', 'index', 'x', 'type', 'fromId', 'toId'), fc.jsonValue({ maxDepth: 2 })), { minLength: 1, maxLength: 6 }), changes => {
        const file = structuredClone(whole)
        for (const [at, name, value] of changes) (file.records[at % file.records.length] as Record<string, unknown>)[name] = value
        try {
          board(JSON.stringify(file), 'x.tldr')
        } catch (error) {
          expect(error).toBeInstanceOf(ImportError)
        }
      }),
    )
  })
})

describe('JSON Canvas', () => {
  const canvas = (nodes: readonly object[], edges: readonly object[] = []): string => JSON.stringify({ nodes, edges })
  const node = (id: string, others: object = {}) => ({ id, type: 'text', x: 0, y: 0, width: 250, height: 60, text: id, ...others })

  test('[F21] texts become cards of the kind their first line names, links signals, files notes, groups frames, lines relations', () => {
    const { file, warnings } = board(
      canvas(
        [
          node('box', { type: 'group', x: -20, y: -20, width: 700, height: 400, label: 'Later' }),
          node('inner', { type: 'group', x: 300, y: 100, width: 300, height: 200 }),
          node('s', { text: '**Signal**\nEmpty malls \\*everywhere\\*\nSource: https://example.org/malls\nSeen on: 2025-11' }),
          node('q', { text: 'Research question: who owns the weights?', x: 320, y: 120 }),
          node('n', { text: 'Signals are not a heading here', x: 2_000, width: 40 }),
          node('l', { type: 'link', url: 'https://www.example.org/report?utm=1', x: 900 }),
          node('j', { type: 'link', url: 'javascript:alert(1)', x: 1_300 }),
          node('f', { type: 'file', file: 'notes/plan.md', subpath: '#aims', x: 1_700 }),
        ],
        [
          { id: '1', fromNode: 's', toNode: 'q' },
          { id: '2', fromNode: 'n', toNode: 'q', label: 'is blocked by' },
          { id: '3', fromNode: 's', toNode: 'n', label: 'leads to (−), later' },
          { id: '4', fromNode: 'n', toNode: 'l', fromEnd: 'arrow', toEnd: 'none', label: 'Enables' },
          { id: '5', fromNode: 'n', toNode: 'box' },
          { id: '6', fromNode: 'n', toNode: 'nowhere', label: 'into the void' },
          { id: '7', fromNode: 'f', toNode: 'n', label: 'feels like' },
        ],
      ),
      'map.canvas',
    )
    const [s, q, n, l, j, f] = file.cards
    expect(s).toMatchObject({ kind: 'signal', text: 'Empty malls *everywhere*', source: 'https://example.org/malls', seen: '2025-11', in: 'n1', x: 20, y: 20, w: 250 })
    expect(q).toMatchObject({ kind: 'question', text: 'who owns the weights?', in: 'n2', x: 20, y: 20 })
    expect(n).toMatchObject({ kind: 'note', text: 'Signals are not a heading here', w: 140 })
    expect(l).toMatchObject({ kind: 'signal', text: 'example.org/report', source: 'https://www.example.org/report?utm=1' })
    expect(j).toMatchObject({ kind: 'note', text: 'javascript:alert(1)' })
    expect(j).not.toHaveProperty('source')
    expect(f).toMatchObject({ kind: 'note', text: 'notes/plan.md#aims' })
    expect(file.drawings).toEqual([
      { id: 'n1', type: 'frame', props: { w: 700, h: 400, name: 'Later' }, x: -20, y: -20 },
      { id: 'n2', type: 'frame', props: { w: 300, h: 200, name: '' }, x: 320, y: 120, in: 'n1' },
      { id: 'e5', type: 'arrow', from: 'n5', to: 'n1' },
    ])
    expect(file.relations.map(({ from, kind, sign, delay, to }) => [from, kind, sign, delay, to])).toEqual([
      ['n3', 'informs', undefined, undefined, 'n4'],
      ['n4', 'blocks', undefined, undefined, 'n5'],
      ['n3', 'leads', '-', true, 'n5'],
      ['n6', 'enables', undefined, undefined, 'n5'],
      ['n8', 'leads', undefined, undefined, 'n5'],
    ])
    expect(warnings).toEqual([expect.stringMatching(/“feels like”/), expect.stringMatching(/“into the void”, and was left out/)])
  })

  test('[F21] a group that says it is a structure of ours becomes one, and holds its cards', () => {
    const { file } = board(canvas([node('g', { type: 'group', width: 1_400, height: 800, label: 'Horizons', structure: { type: 'grid', title: 'Horizons', rows: ['A'], cols: ['B', 'C'] } }), node('in', { x: 200, y: 100, kind: 'driver' }), node('frame', { type: 'group', x: 200, y: 300, width: 300, height: 200 })]))
    expect(file.structures).toEqual([{ id: 'n1', type: 'grid', title: 'Horizons', rows: ['A'], cols: ['B', 'C'], w: 1_400, h: 800, x: 0, y: 0 }])
    expect(file.cards[0]).toMatchObject({ kind: 'driver', in: 'n1' })
    expect(file.drawings[0]).not.toHaveProperty('in')
  })

  test.each([
    ['a place that is none', canvas([node('a'), node('b', { x: '5' })]), /at nodes\[1\]\.x: expected a number/],
    ['a place out of reach', canvas([node('a', { y: 1e300 })]), /at nodes\[0\]\.y: /],
    ['a node without a name', canvas([{ type: 'text' }]), /at nodes\[0\]\.id: expected an id/],
    ['an edge from nowhere', canvas([], [{ toNode: 'a' }]), /at edges\[0\]\.fromNode: expected the id of a node/],
    ['one name twice', canvas([node('a'), node('a')]), /the id “a” is used by two nodes/],
  ])('[F21] a canvas with %s is refused with a sentence that says where', (_, text, sentence) => expect(() => read(text, 'x.canvas')).toThrow(sentence))

  test('[F21] every relation is known by its label, by its name and from its other end', () => {
    for (const [kind, { label, inverse, ...rest }] of Object.entries(relations)) {
      expect(relationNamed(label.toUpperCase())).toMatchObject({ kind, turned: false })
      expect(relationNamed(kind)).toMatchObject({ kind, turned: false })
      expect(relationNamed(inverse)).toMatchObject({ kind, turned: !('symmetric' in rest) })
    }
    expect(relationNamed('leads to +')).toMatchObject({ kind: 'leads', sign: '+' })
    expect(relationNamed('blocks, later')).toMatchObject({ kind: 'blocks', delay: true })
    for (const other of ['', 'constructor', 'leads', '-', 'leads to nowhere']) expect([other, relationNamed(other)?.kind]).toEqual([other, other === 'leads' ? 'leads' : undefined])
  })

  test('[F21] any canvas becomes a board that holds together, and no text of it is lost', () => {
    const word = fc.stringMatching(/^[a-z]{4,10}$/)
    const anyNode = fc.record({ id: fc.string({ minLength: 1, maxLength: 8 }), type: fc.constantFrom('text', 'group', 'link', 'file', 'odd'), x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: -500, max: 500 }), width: fc.integer({ min: -10, max: 900 }), height: fc.integer({ min: 0, max: 900 }), text: word, label: word, url: fc.string({ maxLength: 12 }), file: word })
    run(
      fc.property(fc.uniqueArray(anyNode, { maxLength: 14, selector: each => each.id }), fc.array(fc.tuple(fc.nat(13), fc.nat(13), fc.option(word))), (nodes, lines) => {
        const edges = nodes.length ? lines.map(([a, b, label]) => ({ fromNode: nodes[a % nodes.length]?.id, toNode: nodes[b % nodes.length]?.id, ...(label !== null && { label }) })) : []
        const { file } = board(canvas(nodes, edges), 'any.canvas')
        expect(file.cards).toHaveLength(nodes.filter(({ type }) => type !== 'group').length)
        const said = JSON.stringify(file)
        for (const each of nodes) expect(said).toContain(each.type === 'group' ? each.label : each.type === 'file' ? each.file : each.type === 'link' ? '' : each.text)
        const doc = new Y.Doc()
        seedDocument(doc, file)
        // Everything stands somewhere, and nothing in itself.
        expect(readBoard(doc).cards.size).toBe(file.cards.length)
        parcelOf(file)
      }),
    )
  })
})

describe('tables', () => {
  const table = (text: string, name = 'scan.csv') => readTableText(text, name)

  test('[F22] heads say what columns hold, whatever separates them; what they say can be changed, column by column', () => {
    for (const [mark, name] of [[',', 'a.csv'], [';', 'a.csv'], ['\t', 'a.tsv'], ['|', 'a.txt']] as const) {
      const rows = [['Statement', 'Type', 'When', 'Mine'], ['Train two maintainers', 'Action', '2028', 'yes'], ['Cheap power', 'Driver', 'soon', '']]
      const found = table(rows.map(row => row.join(mark)).join('\r\n'), name)
      expect(found.rows).toEqual(rows)
      const guess = guessMapping(found)
      expect([guess.head, guess.columns.map(column => column.is)]).toEqual([true, ['text', 'kind', 'field', 'other']])
      expect(cardsOf(found, guess)).toMatchObject({ cards: [{ text: 'Train two maintainers\nMine: yes', kind: 'action', fields: { date: '2028' } }, { text: 'Cheap power\nWhen: soon', kind: 'driver' }] })
      const other = meaning(meaning(guess, 3, 'nothing'), 2, 'other')
      expect(cardsOf(found, other)).toMatchObject({ cards: [{ text: 'Train two maintainers\nWhen: 2028' }, { text: 'Cheap power\nWhen: soon' }] })
    }
  })

  test('[F22] what cannot be read is said, with an example and where it stands', () => {
    const found = table('Text,Kind,When,STEEP\nOne,action,2031,social\nTwo,idea,next spring,\nThree,driver,whenever,\n')
    expect(sayUnread(found, guessMapping(found))).toEqual([
      'Kind: 1 cell cannot be read as that, such as “idea” in row 3. What it says is kept in the text.',
      'When: 2 cells cannot be read as that, such as “next spring” in row 3. What they say is kept in the text.',
      'STEEP: 1 card of a kind that has no such field, such as in row 2. What it says is kept in the text.',
    ])
  })

  test('[F22] a table without heads is asked for less: its longest column is the text', () => {
    const found = table('1,What somebody wrote at length,x\n2,And something else again,y\n')
    const guess = guessMapping(found)
    expect([guess.head, guess.columns.map(({ is }) => is)]).toEqual([false, ['other', 'text', 'other']])
    expect(cardsOf(found, guess)).toMatchObject({ cards: [{ text: 'What somebody wrote at length\n1\nx' }, { text: 'And something else again\n2\ny' }] })
    const headed = withHead(found, guess, true)
    expect(cardsOf(found, headed)).toMatchObject({ cards: [{ text: 'And something else again\n1: 2\nx: y' }] })
  })

  test('[F22] cells that spreadsheets would run are texts like any others', () => {
    const found = table('Text\n"=HYPERLINK(""http://evil"",""x"")"\n+1+1\n@SUM(A1)\n<img src=x onerror=alert(1)>\n')
    expect(cardsOf(found, guessMapping(found))).toMatchObject({ cards: [{ text: '=HYPERLINK("http://evil","x")' }, { text: '+1+1' }, { text: '@SUM(A1)' }, { text: '<img src=x onerror=alert(1)>' }] })
  })

  test('[F22] letters are right in UTF-8, with a mark and without, and in UTF-16; of Windows-1252 it is said that they were guessed', () => {
    const text = 'Text,Kind\nÜberfluß für 5 €,signal\n'
    const utf16 = (little: boolean) => Uint8Array.from(`\ufeff${text}`.split('').flatMap(letter => (little ? [letter.charCodeAt(0) & 255, letter.charCodeAt(0) >> 8] : [letter.charCodeAt(0) >> 8, letter.charCodeAt(0) & 255])))
    const windows = Uint8Array.from([...text].map(letter => (letter === '€' ? 0x80 : letter.charCodeAt(0))))
    for (const [bytes, warned] of [[bytesOf(text), 0], [bytesOf(`\ufeff${text}`), 0], [utf16(true), 0], [utf16(false), 0], [windows, 1]] as const) {
      const found = read(bytes, 'scan.csv')
      if (found.is !== 'table') throw new Error('A table was read as a board')
      expect([found.table.rows, found.table.warnings.length]).toEqual([[['Text', 'Kind'], ['Überfluß für 5 €', 'signal']], warned])
      if (warned) expect(found.table.warnings[0]).toMatch(/not written in UTF-8.*Windows-1252.*é, ü and €/)
    }
  })

  test.each([
    ['nothing', '', 'empty.csv', /is empty/],
    ['more rows than become cards', `Text\n${'x\n'.repeat(mostRows + 1)}`, 'long.csv', /more than 10,000 rows/],
    ['more columns than anybody named', 'a,'.repeat(100), 'wide.csv', /101 columns; at most 60/],
  ])('[F22] a table of %s is refused with a sentence', (_, text, name, sentence) => expect(() => table(text, name)).toThrow(sentence))

  test('[F22] a cell that repeats itself for megabytes goes on over as many cards as there may be, and not one more', () => {
    const found = table(`Text\n${'ha '.repeat(400_000)}\n`)
    expect(cardsOf(found, guessMapping(found), 100)).toMatchObject({ is: 'too much', why: expect.stringMatching(/at most 100 are made at once/) })
    expect(cardsOf(found, guessMapping(found), 1_000)).toMatchObject({ cards: expect.objectContaining({ length: 240 }) })
  })

  test('[F22] whatever columns are taken for, everything but what is left out is on a card', () => {
    const word = fc.stringMatching(/^[b-z]{4,9}$/)
    const cell = fc.oneof(fc.constant(''), word, fc.constantFrom('2031', 'social', 'signal', 'https://example.org'))
    run(
      fc.property(fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 8 }), fc.tuple(...[0, 1, 2, 3].map(() => fc.constantFrom(...Object.keys(meanings)))), fc.boolean(), (rows, chosen, head) => {
        const found = table(['Head', 'Other', 'Third', 'Last'].join() + '\n' + rows.map(row => row.join()).join('\n'))
        let mapping: Mapping = withHead(found, guessMapping(found), head)
        for (const [i, name] of chosen.entries()) mapping = meaning(mapping, i, name)
        const made = cardsOf(found, mapping)
        if (!('cards' in made)) throw new Error('Too few for too much')
        const said = JSON.stringify(made.cards).toLowerCase()
        for (const row of found.rows.slice(head ? 1 : 0)) for (const [i, words] of row.entries()) if (chosen[i] !== 'nothing') expect(said).toContain(words.toLowerCase())
        const file = boardOf(made.cards, 'Any')
        parseBoardFile(file)
        const places = new Set(file.cards.map(({ x, y }) => `${x} ${y}`))
        expect(places.size).toBe(file.cards.length)
      }),
    )
  })
})

describe('what is refused', () => {
  const start = '{"format":"manyfutures/board","version":1,"board":{"title":"T"},"relations":[],"structures":[],"drawings":[],"people":[],"cards":['
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])
  test.each([
    ['a picture that calls itself a board', png, 'board.json', /“board\.json” is a PNG picture/],
    ['an Excel file', Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0]), 'plan.csv', /an Excel file.*Save the sheet as CSV/],
    ['what is no text', Uint8Array.from([1, 0, 0, 0, 0, 7, 0]), 'data.json', /no text that can be read/],
    ['a file that breaks off', `${start}{"id":"a","kind":"note","te`, 'cut.json', /“cut\.json” is not a board file.*breaks off before its end/],
    ['a file that goes wrong', `${start.replace('"people"', '\n\n"people')}]}`, 'wrong.json', /goes wrong in line 3/],
    ['JSON of something else', '{"not": "a board"}', 'holiday.json', /“holiday\.json” is not a Manyfutures board file, and neither a tldraw file nor a JSON Canvas/],
    ['a list', '[1, 2]', 'list.json', /not a Manyfutures board file/],
    ['a board of a newer version', `${start.replace('"version":1', '"version":2')}]}`, 'new.json', /version 2; this server reads version 1/],
    ['a board that is wrong somewhere', `${start}{"id":"a","kind":"note","text":5,"x":0,"y":0}]}`, 'odd.json', /at cards\[0\]\.text: /],
    ['endless nesting', `{"format":"manyfutures/board","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'deep.json', /“deep\.json” is nested 100,001 deep; a board file at most 64/],
    ['endless nesting in UTF-16', Buffer.from(`\ufeff{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'utf16le'), 'deep.tldr', /“deep\.tldr” is nested 100,001 deep/],
    ['repetition without end', `${start}],"x":[${'{},'.repeat(4_000_000)}1]}`, 'much.json', /“much\.json” holds 8,000,\d{3} values; a board file at most 3,000,000/],
    ['a picture as text', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'map.json', /should be JSON, and it goes wrong in line 1, at letter 1/],
  ])('[F23] %s is refused with a sentence that names the file or the place in it', (_, content, name, sentence) => {
    expect(() => read(content, name)).toThrow(sentence)
    expect(() => read(content, name)).toThrow(ImportError)
  })

  test('[F23] names that would change an object’s nature are nowhere in what was read', () => {
    const value = parseJson('{"a":{"__proto__":{"x":1},"b":[{"\\u005f_proto__":2,"constructor":3}]},"__proto__":4}') as { a: { b: object[] } }
    expect(JSON.stringify(value)).toBe('{"a":{"b":[{"constructor":3}]}}')
    expect(Object.getPrototypeOf(value.a)).toBe(Object.prototype)
    const { file } = board(`${start}{"id":"a","kind":"note","text":"","x":0,"y":0,"__proto__":{"polluted":true}}]}`)
    expect(JSON.stringify(file)).not.toContain('polluted')
    const found = read('__proto__,constructor\n1,2\n', 'odd.csv')
    if (found.is === 'table') cardsOf(found.table, withHead(found.table, guessMapping(found.table), true))
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('[F23] no bytes whatever make anything but a board, a table or a sentence', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', '"format":"manyfutures/board",', '"nodes":[', '"tldrawFileFormatVersion":1,', '"records":[', 'a,b\n', '"', '\\', '\0', '\ufeff', '1', 'null', '﷽', '=1+1')
    run(
      fc.property(fc.oneof(fc.array(pieces).map(all => bytesOf(all.join(''))), fc.uint8Array({ maxLength: 80 })), fc.constantFrom('a.json', 'a.tldr', 'a.csv', 'a.canvas', 'a'), (bytes, name) => {
        try {
          read(bytes, name)
        } catch (error) {
          expect(error).toBeInstanceOf(ImportError)
        }
      }),
      500,
    )
  })

  test('[F23] a file is looked at where its name or type says it may be one of ours', () => {
    for (const [name, type, may] of [['a.JSON', '', true], ['a.tldr', '', true], ['a', 'text/csv', true], ['a.canvas', '', true], ['a.pdf', 'application/pdf', false], ['json', '', false]] as const) expect([name, mayBeSource({ name, type })]).toEqual([name, may])
  })
})

describe('what is brought into a board', () => {
  const example = JSON.parse(readFileSync(join(import.meta.dirname, '../templates/example.json'), 'utf8')) as BoardFile
  const signed: BoardFile = {
    ...example,
    people: [{ id: 'ana1', sector: 'Academia' }],
    cards: example.cards.map(card => ({ ...card, by: 'ana1', at: '2026-09-21T14:13:20Z', views: { valence: { ana1: 2 } } })),
  }
  const unpacked = (update: Uint8Array): Y.Doc => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, update)
    return doc
  }

  test('[X8] it has ids nobody has, its own relations and containers, and carries nobody’s name, time or view', () => {
    const [one, two] = [parcelOf(signed), parcelOf(signed)].map(({ update }) => unpacked(update)) as [Y.Doc, Y.Doc]
    const ids = (doc: Y.Doc) => [...recordsOf(doc).keys()]
    const all = new Set([...ids(one), ...ids(two), ...signed.cards.map(({ id }) => id)])
    expect(all.size).toBe(ids(one).length + ids(two).length + signed.cards.length)
    const before = readBoard(unpacked(updateOf(signed)))
    const after = readBoard(one)
    const edges = (of: typeof after) => [...of.relations.values()].map(({ from, to, kind, sign }) => [of.cards.get(from)?.text, kind, sign, of.cards.get(to)?.text].join(' ')).sort()
    const homes = (of: typeof after) => [...of.cards.values()].map(({ text, place }) => [text, of.structures.get(place.parent as never)?.type, place.x, place.y].join(' ')).sort()
    expect(edges(after)).toEqual(edges(before))
    expect(homes(after)).toEqual(homes(before))
    const text = printBoardFile(toBoardFile(one, [], new Date(0)))
    for (const trace of ['ana1', '2026-09-21', 'valence', 'Academia']) expect(text).not.toContain(trace)
  })

  test('[X8] a wheel keeps its centre: of two changes the older one, though nobody’s time comes along', () => {
    const two = (older: string): BoardFile => ({ ...example, relations: [], drawings: [], structures: [{ id: 'w', type: 'wheel', x: 0, y: 0 }], cards: ['a', 'b'].map(id => ({ id, kind: 'change', text: id, x: 0, y: 0, in: 'w', at: id === older ? '2026-01-01T00:00:00Z' : '2026-02-01T00:00:00Z' })) })
    for (const older of ['a', 'b']) {
      const cards = [...readBoard(unpacked(parcelOf(two(older)).update)).cards.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
      expect(cards[0]?.text).toBe(older)
    }
  })

  test('[X8] parents that are missing, that are cards or that lie in themselves let go of what they held', () => {
    const odd: BoardFile = {
      ...example,
      relations: [{ id: 'r', kind: 'leads', from: 'a', to: 'gone' }],
      structures: [],
      drawings: [{ id: 'f', type: 'frame', x: 0, y: 0, in: 'g' }, { id: 'g', type: 'frame', x: 0, y: 0, in: 'f' }, { id: 'i', type: 'image', x: 0, y: 0, props: { assetId: 'asset:lost' } }],
      cards: ['a', 'b', 'c'].map((id, i) => ({ id, kind: 'note', text: id, x: 0, y: 0, in: ['nowhere', 'a', 'f'][i] as string })),
    }
    const { update, warnings } = parcelOf(odd)
    const { cards, relations: related } = readBoard(unpacked(update))
    expect([...cards.values()].map(({ place }) => place.parent)).toEqual(['', '', ''])
    expect(related.size).toBe(0)
    expect(warnings).toEqual(['1 picture is not in the file and was left out.'])
  })

  test('[X8] what is too much for one change is refused before anything is done', () => {
    const pick = random(runSeed)
    const noise = () => Array.from({ length: 4_000 }, () => String.fromCharCode(0x4e00 + pick(20_000))).join('')
    const heavy: BoardFile = { ...example, relations: [], structures: [], cards: Array.from({ length: 300 }, (_, i) => ({ id: `c${i}`, kind: 'note', text: noise(), x: 0, y: 0 })) }
    expect(() => parcelOf(heavy)).toThrow(/too much to bring into a board at once: 3\.\d MB, and at most 3 MB can be.*from the first page/)
    expect(parcelOf({ ...heavy, cards: heavy.cards.slice(0, 200) }).update.length).toBeLessThan(mostBytesAtOnce)
  })

  function updateOf(file: BoardFile): Uint8Array {
    const doc = new Y.Doc()
    seedDocument(doc, file)
    return Y.encodeStateAsUpdate(doc)
  }
})
