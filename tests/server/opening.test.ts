import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileTooMuch, tooManyFiles } from '../../server/http/problems.ts'
import { createProcesses } from '../../server/processes.ts'
import { call, joinAs, makeBoard, removeFolder, type RunningServer, startServer } from '../support/server.ts'

/* Large and hostile board files over HTTP. */

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(async () => {
  await server.stop()
  removeFolder(server.folder)
})

const send = async (body: string, url = server.url) => {
  const response = await fetch(`${url}/api/boards`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return { status: response.status, body: (await response.json()) as { detail?: string; id: string; links: Record<'facilitator' | 'participant' | 'observer', string> } }
}

const start = '{"file":{"format":"manyfutures/board","version":1,"board":{"title":"Large"},"relations":[],"structures":[],"drawings":[],"people":[]'
const cardsOf = (count: number, more = ''): string => `${start},"cards":[${Array.from({ length: count }, (_, i) => `{"id":"c${i}","kind":"note","text":"Card ${i}","x":${i},"y":0${more}}`).join(',')}]}}`

/** Bytes the server itself holds, the process that opens a file not counted. */
const memory = async (): Promise<number> => Number(/^process_resident_memory_bytes (\S+)/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1])
const leftBehind = (): string[] => readdirSync(join(server.folder, 'assets'), { recursive: true, encoding: 'utf8' })

test('[F24] a large board file is opened apart, whole, with the names of objects’ natures left out', async () => {
  const board = await send(cardsOf(6_000, ',"steep":["social"],"__proto__":{"polluted":true}'))
  expect(board.status).toBe(201)
  const { ticket } = await joinAs(server.url, board.body, 'observer', 'Eve')
  const { body: file } = await call(server.url, `/api/boards/${board.body.id}/export`, undefined, ticket)
  expect(file.cards).toHaveLength(6_000)
  expect(file.cards[0]).toMatchObject({ text: 'Card 0', steep: ['social'] })
  expect(JSON.stringify(file)).not.toContain('polluted')
  expect(leftBehind()).toEqual([])
})

test.each([
  ['cut off', cardsOf(6_000).slice(0, -40), 400, /should be JSON, and it breaks off before its end/],
  ['broken inside', cardsOf(6_000).replace('"text":"Card 3000"', '"text" "Card 3000"'), 400, /should be JSON, and it goes wrong in line 1, at letter [\d,]{7}\./],
  ['not UTF-8', `${cardsOf(6_000)}`, 400, /not written in UTF-8: line 1 holds/],
  ['wrong somewhere', cardsOf(6_000).replace('"text":"Card 5999"', '"text":5999'), 400, /at cards\[5999\]\.text: /],
  ['of a newer version', cardsOf(6_000).replace('"version":1', '"version":7'), 400, /version 7; this server reads version 1/],
  ['nested without end', `{"file":${'['.repeat(400_000)}${']'.repeat(400_000)}}`, 400, /nested 400,001 deep; a board file at most 64/],
  ['nested deeply inside', cardsOf(6_000, `,"extra":${'['.repeat(60)}${']'.repeat(60)}`), 400, /nested too deeply/],
  ['more things than a board holds', cardsOf(100_001), 400, /100,001 things; a board holds at most 100,000/],
])('[F24] a large file that is %s is refused with a sentence, and nothing is left', async (what, body, status, sentence) => {
  const answer = what === 'not UTF-8' ? await fetch(`${server.url}/api/boards`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: Buffer.from(body.replace('Large', 'Gro\u00df'), 'latin1') }).then(async response => ({ status: response.status, body: (await response.json()) as { detail: string } })) : await send(body)
  expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(sentence)])
  expect(leftBehind()).toEqual([])
})

test('[F24] files made to fill the memory are refused with a sentence; the server holds none of them, and opens the next', async () => {
  const before = await memory()
  const empty = `${start},"cards":[],"x":[${'{},'.repeat(7_000_000)}1]}}`
  const answers = await Promise.all([send(empty), send(empty), send(cardsOf(6_000))])
  expect(answers.map(({ status }) => status)).toEqual([413, 413, 201])
  expect(answers[0]?.body.detail).toMatch(/holds 14,000,\d{3} values; a board file at most 3,000,000/)
  expect((await memory()) - before).toBeLessThan(120 * 2 ** 20)
  expect(leftBehind()).toEqual([])
})

test('[F24] a process that takes more memory than it is given ends by itself, and whoever waited is told; the next one is begun', async () => {
  const path = join(server.folder, 'large-body.json')
  writeFileSync(path, cardsOf(60_000))
  const processes = createProcesses({ entry: new URL('../../server/opening-process.ts', import.meta.url), heap: 32, full: tooManyFiles, tooMuch: fileTooMuch })
  const answers = [processes.ask([path, '2026-11-24', '100000']), processes.ask([path, '2026-11-24', '100000'])]
  for (const answer of answers) await expect(answer).rejects.toThrow(/holds more than a board can, so nothing was made/)
  writeFileSync(path, cardsOf(2))
  expect(await processes.ask([path, '2026-11-24', '100000'])).toMatchObject({ head: { people: [] }, parts: [expect.any(Uint8Array)] })
  rmSync(path)
})

test('[F24] what is said to be too large is refused before it is read; what turns out to be, as soon as it is', async () => {
  const small = await startServer({ MAX_FILE_BYTES: '400000' })
  const refused = (headers: Record<string, string | number>, write: (send: (chunk: string) => void) => void) =>
    new Promise<{ status: number; detail: string }>((done, failed) => {
      const asked = request(`${small.url}/api/boards`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }, response => {
        let text = ''
        response.on('data', chunk => (text += String(chunk)))
        response.on('end', () => {
          done({ status: response.statusCode ?? 0, detail: (JSON.parse(text) as { detail: string }).detail })
          asked.destroy()
        })
      })
      asked.on('error', failed)
      write(chunk => asked.write(chunk))
    })
  const tooLarge = { status: 413, detail: expect.stringMatching(/larger than this server takes/) }
  // Nothing of the 200 MB is ever sent.
  expect(await refused({ 'content-length': 200_000_000 }, send => send('{'))).toEqual(tooLarge)
  expect(await refused({ 'transfer-encoding': 'chunked' }, send => send(`{"file":"${'x'.repeat(500_000)}`))).toEqual(tooLarge)
  await small.stop()
  removeFolder(small.folder)
})

test('[F24] whoever goes away while a file is on its way, or while it is opened, leaves no board behind', async () => {
  const boards = (): number => {
    const database = new DatabaseSync(join(server.folder, 'boards.sqlite'), { readOnly: true })
    const { count } = database.prepare('select count(*) as count from board').get() as { count: number }
    database.close()
    return count
  }
  const before = boards()
  const body = cardsOf(20_000)
  for (const part of [body.length / 2, body.length]) {
    const asked = request(`${server.url}/api/boards`, { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } })
    asked.on('error', () => undefined) // It is cut on purpose.
    await new Promise<void>(sent => asked.write(body.slice(0, part), () => sent()))
    // It has begun to arrive once a file for it is there.
    await expect.poll(leftBehind).toHaveLength(1)
    asked.destroy()
    await expect.poll(leftBehind, { timeout: 20_000 }).toEqual([])
  }
  await makeBoard(server.url)
  expect(boards()).toBe(before + 1)
})
