import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exits } from '../../scripts/cli/failure.ts'
import { parseBoardFile } from '../../shared/file.ts'
import { exportNames } from '../../shared/export/formats.ts'
import { readFile } from '../../shared/export/reading.ts'
import { writers } from '../../shared/export/writers.ts'
import { manyfutures } from '../support/command.ts'
import { png } from '../support/pictures.ts'
import { call, joinAs, type MadeBoard, removeFolder, type RunningServer, secretOf, startServer, temporaryFolder } from '../support/server.ts'

/* The command line, each time as a process of its own, as scripts call it. */

const top = join(import.meta.dirname, '../..')
const example = join(top, 'docs/examples/example.json')
const text = readFileSync(example, 'utf8')
let folder: string
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => removeFolder(folder))

const fileOf = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const store = (name: string) => ({ env: { DATA_DIR: join(folder, name) } })
const boardsIn = (name: string): number => {
  const path = join(folder, name, 'boards.sqlite')
  if (!existsSync(path)) return 0
  const db = new DatabaseSync(path, { readOnly: true })
  const { count } = db.prepare('SELECT count(*) AS count FROM board').get() as { count: number }
  db.close()
  return count
}

test('[F30] help says every command, option and what it ends with; what is no command is answered with a sentence', async () => {
  const { code, out, err } = await manyfutures(['--help'])
  expect([code, err]).toEqual([exits.done.code, ''])
  for (const name of ['export', 'import', 'validate', 'list', 'template add']) expect(out).toContain(`  ${name}`)
  for (const { code, means } of Object.values(exits)) expect(out).toContain(`  ${code}  ${means}`)
  expect(readFileSync(join(top, 'docs/exporting.md'), 'utf8')).toContain(Object.values(exits).map(({ code, means }) => `| ${code} | ${means} |`).join('\n'))
  expect((await manyfutures(['export', '--help'])).out).toMatch(/--format <format>, -f\s+One of json, md/)
  const wrong: [string[], RegExp][] = [[[], /export <board\|file\|->/], [['frobnicate'], /no command “frobnicate”/], [['constructor'], /no command/], [['validate'], /validate <file\|->/], [['list', 'x'], /manyfutures list/], [['export', example, '--colour'], /--colour/], [['export', example, '-f', 'pdf'], /json, md, csv.* not “pdf”/], [['template', 'remove', 'x'], /template add/]]
  for (const [args, sentence] of wrong) expect(await manyfutures(args)).toMatchObject({ code: exits.usage.code, out: '', err: expect.stringMatching(sentence) })
  expect(await manyfutures(['list'], { env: { PORT: 'many' } })).toMatchObject({ code: exits.usage.code, err: expect.stringMatching(/PORT=many cannot be used/) })
})

test('[F30] a file is written in every format, by its path or from stdin; nothing else is on stdout', async () => {
  const reading = readFile(parseBoardFile(JSON.parse(text)))
  for (const name of exportNames) {
    expect(await manyfutures(['export', example, '--format', name])).toMatchObject({ code: 0, out: writers[name](reading), err: '' })
  }
  expect(await manyfutures(['export', '-'], { stdin: [text.slice(0, 9_000), text.slice(9_000)] })).toMatchObject({ code: 0, out: text })
  expect(await manyfutures(['validate', '-'], { stdin: [text] })).toMatchObject({ code: 0, out: expect.stringMatching(/^What was sent is a board file, version 1: 52 cards, 48 relations, 4 structures, 0 drawings, 14 people\.\n$/) })
})

test('[F31] a board is made of a file, listed, and leaves again as it came; its links open it, and are printed once', async () => {
  const made = await manyfutures(['import', example, '--title', 'From a script'], store('made'))
  const said = Object.fromEntries(made.out.trim().split('\n').map(line => line.split(' '))) as Record<string, string>
  expect([made.code, Object.keys(said)]).toEqual([0, ['id', 'facilitator', 'participant', 'observer']])
  for (const role of ['facilitator', 'participant', 'observer']) expect(made.err).not.toContain(secretOf(said[role] as string))
  expect((await manyfutures(['list'], store('made'))).out).toMatch(new RegExp(`^${said['id']}\t\\d{4}-\\d\\d-\\d\\d\t52\tFrom a script\n$`))
  const again = JSON.parse((await manyfutures(['export', said['id'] as string], store('made'))).out)
  expect({ ...again, exported: '', board: { ...again.board, title: '' } }).toEqual({ ...JSON.parse(text), exported: '', board: { ...JSON.parse(text).board, title: '' } })

  const second = await manyfutures(['import', '-', '--json'], { stdin: [text], ...store('made') })
  const { id, links } = JSON.parse(second.out) as MadeBoard
  expect((JSON.parse((await manyfutures(['list', '--json'], store('made'))).out) as { id: string; title: string }[]).map(({ title }) => title)).toEqual(['From a script', 'Example board'])

  // A server at work in the store: looking goes on, writing does not, and what is read is what the server says.
  const server: RunningServer = await startServer({}, join(folder, 'made'))
  const board = { id, links: Object.fromEntries(Object.entries(links).map(([role, url]) => [role, url.replace('http://127.0.0.1:4400', server.url)])) as MadeBoard['links'] }
  const ana = await joinAs(server.url, board, 'observer', 'Ana')
  const { body } = await call(server.url, `/api/boards/${id}/export`, undefined, ana.ticket)
  const seen = JSON.parse((await manyfutures(['export', id], store('made'))).out)
  expect({ ...seen, exported: '' }).toEqual({ ...body, exported: '' })
  expect(await manyfutures(['import', example], store('made'))).toMatchObject({ code: exits.store.code, out: '', err: expect.stringMatching(/A server is at work in .*Stop it first/) })
  expect(await manyfutures(['template', 'add', example], store('made'))).toMatchObject({ code: exits.store.code })
  await server.stop()
  expect(boardsIn('made')).toBe(2)
})

test('[F31] pictures come in with a file and leave with the board', async () => {
  const bytes = png(3, 2)
  const data = `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`
  const file = { ...JSON.parse(text), drawings: [{ id: 'asset:pic', type: 'asset', kind: 'image', props: { src: 'asset:mine', w: 3, h: 2 } }, { id: 'pic', type: 'image', x: 0, y: 0, props: { assetId: 'asset:pic' } }], assets: [{ id: 'mine', type: 'image/png', data }] }
  const { out } = await manyfutures(['import', '-', '--json'], { stdin: [JSON.stringify(file)], ...store('pictures') })
  const { id } = JSON.parse(out) as MadeBoard
  expect(JSON.parse((await manyfutures(['export', id], store('pictures'))).out).assets).toMatchObject([{ type: 'image/png', data }])
  expect((await manyfutures(['export', id, '-f', 'svg'], store('pictures'))).out).toContain(data)
})

test('[F31] a JSON Canvas becomes a board, a board file a template that the server offers', async () => {
  const made = await manyfutures(['import', join(top, 'docs/examples/example.canvas'), '--json'], store('more'))
  expect(made.code).toBe(0)
  const template = await manyfutures(['template', 'add', example, '--json'], store('more'))
  const { id, key } = JSON.parse(template.out) as { id: string; key: string }
  const server = await startServer({}, join(folder, 'more'))
  const { body: templates } = await call(server.url, '/api/templates')
  expect(templates.find((each: { id: string }) => each.id === id)).toMatchObject({ title: 'Example board', saved: true })
  expect(await call(server.url, `/api/templates/${id}`, undefined, key, 'DELETE')).toMatchObject({ status: 204 })
  await server.stop()
  expect((await manyfutures(['list'], store('more'))).out).toMatch(/\t52\texample\n/)
})

test('[F31] a table becomes a board by its name or where it is said to be one; what is not sure is said', async () => {
  const named = await manyfutures(['import', join(top, 'docs/examples/example-cards.csv')], store('tables'))
  expect(named).toMatchObject({ code: 0, err: expect.stringContaining('“example-cards” is a board') })
  const sent = await manyfutures(['import', '-', '--table', '--title', 'Sent', '--json'], { stdin: [Buffer.from('Text\tKind\tWhen\nCafé\tMilestone\tsoon\nOpen models\tMilestone\t2030\n', 'latin1')], ...store('tables') })
  expect(sent.err).toMatch(/It was read as Windows-1252[^]*When: 1 cell cannot be read as that, such as “soon” in row 2/)
  const { cards } = JSON.parse((await manyfutures(['export', (JSON.parse(sent.out) as MadeBoard).id], store('tables'))).out) as { cards: { kind: string; text: string; date?: string }[] }
  expect(cards.map(({ kind, text, date }) => [kind, text, date]).sort()).toEqual([['milestone', 'Café\nWhen: soon', undefined], ['milestone', 'Open models', '2030']])
  const wrong: [string[], string, RegExp][] = [[['import', '-'], 'Text\nOpen models\n', /should be JSON, and it goes wrong in line 1, at letter 1/], [['import', '-', '--table'], ' \n', /is empty/], [['import', '-', '--table'], `${'a,'.repeat(70)}\n`, /at most 60 are read/], [['import', join(top, 'tests/fixtures/early.tldr')], '', /is a tldraw file.*open it on the first page/]]
  for (const [args, input, says] of wrong) expect(await manyfutures(args, { stdin: [input], ...store('tables') })).toMatchObject({ code: exits.content.code, out: '', err: expect.stringMatching(says) })
  expect(boardsIn('tables')).toBe(2)
})

test('[F30] any Node hands over to the one that came along; through npm, a file is looked for where the command was given', async () => {
  const run = (program: string, args: string[], cwd: string) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, DATA_DIR: join(folder, 'nowhere') } })
    return { status, stdout, stderr }
  }
  const fine = { status: 0, stdout: expect.stringMatching(/^“example\.json” is a board file/) as string, stderr: '' }
  const examples = join(top, 'docs/examples')
  expect(run('npm', ['run', '--silent', 'cli', '--', 'validate', 'example.json'], examples)).toEqual(fine)
  expect(run(join(top, 'scripts/cli.mjs'), ['validate', 'example.json'], examples)).toEqual(fine)
  // What a Node does that knows no TypeScript.
  expect(run(process.execPath, ['--no-experimental-strip-types', join(top, 'scripts/cli.mjs'), 'validate', 'example.json'], examples)).toEqual(fine)
})

test('[F31] what cannot be found, read or written is said with its own end', async () => {
  mkdirSync(join(folder, 'damaged'))
  writeFileSync(join(folder, 'damaged/boards.sqlite'), 'not a database, whatever it is called, and long enough to be taken for one'.repeat(40))
  const newer = join(folder, 'newer')
  await manyfutures(['import', example], store('newer'))
  const db = new DatabaseSync(join(newer, 'boards.sqlite'))
  db.exec('PRAGMA user_version = 999')
  db.close()
  expect(await manyfutures(['list'], store('nothing'))).toMatchObject({ code: exits.store.code, err: expect.stringMatching(/There are no boards in .*DATA_DIR/) })
  expect(await manyfutures(['list'], store('damaged'))).toMatchObject({ code: exits.store.code, err: expect.stringMatching(/cannot be read.*Restore a backup/) })
  expect(await manyfutures(['list'], store('newer'))).toMatchObject({ code: exits.store.code, err: expect.stringMatching(/newer version/) })
  expect(await manyfutures(['import', example], store('newer'))).toMatchObject({ code: exits.store.code, err: expect.stringMatching(/newer version/) })
  expect(await manyfutures(['export', 'nowhere'], store('more'))).toMatchObject({ code: exits.content.code, err: expect.stringMatching(/neither a file nor a board “nowhere”/) })
  expect(await manyfutures(['validate', join(folder, 'none.json')])).toMatchObject({ code: exits.files.code, err: expect.stringMatching(/“none\.json” cannot be read/) })
  expect(await manyfutures(['export', './none.json'])).toMatchObject({ code: exits.files.code, err: expect.stringMatching(/There is no file/) })
  expect(await manyfutures(['validate', folder])).toMatchObject({ code: exits.files.code })
})

// ---- bad input

const start = '{"format":"manyfutures/board","version":1,"board":{"title":"T"},"relations":[],"structures":[],"drawings":[],"people":[],"cards":['
const card = '{"id":"a","kind":"note","text":"","x":0,"y":0'
function* many(piece: string, times: number): Generator<string> {
  const batch = Math.max(1, Math.floor(2 ** 20 / piece.length))
  for (let i = 0; i < times; i += batch) yield piece.repeat(Math.min(batch, times - i))
}
function* joinedUp(...parts: (string | Iterable<string>)[]): Generator<string> {
  for (const part of parts) if (typeof part === 'string') yield part
    else yield* part
}

const bad: readonly (readonly [what: string, input: () => Iterable<string | Uint8Array>, says: RegExp])[] = [
  ['nothing', () => [], /should be JSON, and it breaks off before its end/],
  ['truncated', () => [text.slice(0, 20_000)], /should be JSON, and it breaks off before its end/],
  ['broken inside', () => [text.replace('"relations": [', '"relations" [')], /it goes wrong in line [\d,]+, at letter \d+/],
  ['in UTF-16', () => [Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])], /is written in UTF-16; a board file is UTF-8/],
  ['in Latin-1', () => [Buffer.from(text.replace('Example board', 'Übung'), 'latin1')], /not written in UTF-8: line 6 holds letters of another encoding/],
  ['of another program', () => ['{"type":"excalidraw","elements":[]}'], /not a Manyfutures board file/],
  ['of a newer version', () => [text.replace('"version": 1', '"version": 2')], /version 2; this server reads version 1/],
  ['of no version', () => [text.replace('"version": 1', '"version": 0')], /at version: .*expected 1/],
  ['wrong in several places', () => [`${start}${card},"w":-1},{"id":"<b>","kind":"note","text":5,"x":1e300,"y":0}]}`], /at cards\[0\]\.w: .*\n.*at cards\[1\]\.id: .*\n.*at cards\[1\]\.x: .*\n.*at cards\[1\]\.text: .*expected string/],
  ['with one id twice', () => [`${start}${card}},${card}}]}`], /at cards\[1\]\.id: “a” is used twice/],
  ['with a text without end', () => joinedUp(`${start}{"id":"a","kind":"note","x":0,"y":0,"text":"`, many('x'.repeat(1_000), 50_000), '"}]}'), /at cards\[0\]\.text: .*100,?000/],
  ['nested in the open', () => many('[', 3_000_000), /is nested 3,000,000 deep/],
  ['nested inside', () => [`${start}${card},"extra":${'['.repeat(50)}${']'.repeat(50)}}]}`], /nested too deeply/],
  ['repetition without end', () => joinedUp(`${start}${card}}],"x":[`, many('{},', 20_000_000), '1]}'), /holds 40,000,\d{3} values; a board file at most 3,000,000/],
  ['a card a hundred thousand times', () => joinedUp(start, many(`${card}},`, 150_000), `${card}}]}`), /at cards\[1\]\.id: “a” is used twice/],
  ['repetition just short of that', () => joinedUp(`${start}${card}}],"x":[`, many('{},', 1_450_000), '1]}'), /things; a board holds at most 100,000/],
  ['of 210 MB', () => joinedUp(start, many(`${card}},`, 210 * 22_000)), /larger than 64 MB, the most that is read/],
]

test.each(bad)('[F32] input that is %s is refused with a sentence, in bounded memory, and leaves nothing', async (_, input, says) => {
  const imported = await manyfutures(['import', '-'], { stdin: input(), ...store('empty') })
  expect(imported).toMatchObject({ code: exits.content.code, out: '', err: expect.stringMatching(says) })
  expect(imported.peak).toBeLessThan(450 * 2 ** 20)
  expect([boardsIn('empty'), existsSync(join(folder, 'empty', 'assets')) ? readdirSync(join(folder, 'empty', 'assets')) : []]).toEqual([0, []])
})

test('[F32] what makes no board is no board file either, by the same sentence', async () => {
  for (const [, input, says] of bad.filter((_, i) => [1, 8, 9].includes(i))) expect(await manyfutures(['validate', '-'], { stdin: input() })).toMatchObject({ code: exits.content.code, out: '', err: expect.stringMatching(says) })
})

test('[F32] a file that is too large is not read at all; a mark of UTF-8 is no fault; names of objects’ natures are left out', async () => {
  const large = fileOf('large.json', `${start}]}${' '.repeat(70_000_000)}`)
  const refused = await manyfutures(['validate', large])
  expect(refused).toMatchObject({ code: exits.content.code, err: expect.stringMatching(/“large\.json” is larger than 64 MB/) })
  expect(refused.peak).toBeLessThan(150 * 2 ** 20)
  expect(await manyfutures(['validate', large], { env: { MAX_FILE_BYTES: '80000000' } })).toMatchObject({ code: 0 })
  expect(await manyfutures(['validate', '-'], { stdin: [`\ufeff${text}`] })).toMatchObject({ code: 0 })
  const natures = await manyfutures(['export', '-'], { stdin: [`${start}${card},"__proto__":{"polluted":true},"extra":{"__proto__":{"polluted":true},"kept":1}}]}`] })
  expect(natures.out).toContain('"kept": 1')
  expect(natures.out).not.toContain('polluted')
})

test('[F32] more than a board can show, and pictures that are none, make no board', async () => {
  const cards = Array.from({ length: 100_001 }, (_, i) => `{"id":"c${i}","kind":"note","text":"","x":0,"y":0}`).join()
  const picture = { ...JSON.parse(text), assets: [{ id: 'mine', type: 'image/png', data: `data:image/png;base64,${Buffer.from('<script>').toString('base64')}` }] }
  for (const [input, says] of [[`${start}${cards}]}`, /holds 100,00\d things; a board holds at most 100,000/], [JSON.stringify(picture), /no picture that a board can show/]] as const) {
    expect(await manyfutures(['import', '-'], { stdin: [input], ...store('empty') })).toMatchObject({ code: exits.content.code, out: '', err: expect.stringMatching(says) })
  }
  expect([boardsIn('empty'), readdirSync(join(folder, 'empty', 'assets'))]).toEqual([0, []])
})

test('[F32] what will not be read as it may have been meant is said, and no fault', async () => {
  const odd = { ...JSON.parse(`${start}${card},"in":"gone"},{"id":"b","kind":"hologram","text":"","x":0,"y":0}]}`), relations: Array.from({ length: 8 }, (_, i) => ({ id: `r${i}`, kind: 'leads', from: 'a', to: `gone${i}` })) }
  const { code, err } = await manyfutures(['validate', '-'], { stdin: [JSON.stringify(odd)] })
  expect(code).toBe(0)
  expect(err).toMatch(/relations\[0\] \(“r0”\) is to a card that is not in the file: “gone0”/)
  expect(err).toMatch(/And 3 more of this sort\.\ncards\[0\] \(“a”\) is inside of something that is not in the file: “gone”\.\ncards\[1\]\.kind: “hologram”/)
})
