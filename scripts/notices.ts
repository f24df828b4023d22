import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundledList, givenParts, listOf } from './parts.ts'

/* Writes the list in NOTICE anew, after a build: `npm run build && npm run notices`. A test holds it to the lock file and the build. */

const notice = fileURLToPath(new URL('../NOTICE', import.meta.url))
const head = readFileSync(notice, 'utf8').split('\nEvery package')[0] ?? ''
const parts = givenParts(JSON.parse(readFileSync(bundledList, 'utf8')) as string[])
writeFileSync(notice, `${head}\nEvery package, and its licence as it says it:\n\n${listOf(parts)}\n`)
