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
  for (const length of [0, 3, 4, 20, 80, 1_000, bytes.length - 1]) expect([length, await takeAnswer(inPieces(bytes.subarray(0, length), 700))]).toEqual([length, undefined])
})
