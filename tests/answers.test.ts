import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { type Answer, takeAnswer } from '../server/answers.ts'

/* What a process answers arrives whole, however it is cut on the way, or not at all. */

const answer = { head: { title: '“Späti”', people: ['p1'] }, parts: [Uint8Array.of(1, 2, 3), new Uint8Array(), new Uint8Array(200_000).fill(7)] }
const saying = `
  const { giveAnswer } = await import(${JSON.stringify(new URL('../server/answers.ts', import.meta.url).href)})
  giveAnswer({ head: ${JSON.stringify(answer.head)}, parts: [Uint8Array.of(1, 2, 3), new Uint8Array(), new Uint8Array(200_000).fill(7)] })
`

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const plain = (taken: Answer<unknown> | undefined) => taken && { head: taken.head, parts: taken.parts.map(part => [...part]) }

test('[F24] an answer arrives whole, however it is cut on its way; one that breaks off is none', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', saying], { stdio: ['ignore', 'pipe', 'inherit'] })
  const bytes = Buffer.concat(await child.stdout.toArray() as Buffer[])
  const whole = { head: answer.head, parts: answer.parts.map(part => [...part]) }
  for (const size of [1, 3, 5, 65_536, bytes.length]) expect(plain(await takeAnswer(inPieces(bytes, size)))).toEqual(whole)
  // Whatever else a process prints, it is not taken for an answer.
  for (const more of [Buffer.concat([bytes, Buffer.from('!')]), Buffer.concat([Buffer.from('A warning\n'), bytes])]) expect(await takeAnswer(inPieces(more, 65_536))).toBeUndefined()
  for (const length of [0, 3, 4, 20, 80, 1_000, bytes.length - 1]) expect([length, await takeAnswer(inPieces(bytes.subarray(0, length), 700))]).toEqual([length, undefined])
})

const crowded = `
  const { openSync } = await import('node:fs')
  const { createProcesses } = await import(${JSON.stringify(new URL('../server/processes.ts', import.meta.url).href)})
  const processes = createProcesses({ entry: new URL(${JSON.stringify(new URL('../server/export-process.ts', import.meta.url).href)}), heap: 64, full: () => new Error('Come back.'), tooMuch: () => new Error('Too much.') })
  try { for (;;) openSync('/dev/null') } catch {}
  process.stdout.write(await processes.ask([]).catch(error => error.message))
  // An error nobody listened to would end it here.
  await new Promise(setImmediate)
  process.stdout.write(' Still here.')
`

test('[F24] where no process can be begun any more, whoever asks is asked to come back, and the server lives on', async () => {
  const child = spawn('bash', ['-c', 'ulimit -n 64; exec "$0" --input-type=module --eval "$1"', process.execPath, crowded], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [said, complained] = await Promise.all([child.stdout, child.stderr].map(async stream => Buffer.concat((await stream.toArray()) as Buffer[]).toString()))
  expect([said, complained]).toEqual(['Come back. Still here.', ''])
})
