import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { searchBranches } from './fuzz/coverage.ts'
import { judge } from './fuzz/judging.ts'
import { runSeed } from './support/random.ts'
import { patience, times } from './support/scale.ts'

/* What a fuzz kept that sees which branches of judging an input reaches, and some more of it: `npm run soak -- coverage` goes on as long as one likes. */

/** One input a line, in base64: together they reach every branch that any input has reached. */
const kept = readFileSync(new URL('./fuzz/corpus.txt', import.meta.url), 'utf8').trim().split('\n').map(line => new Uint8Array(Buffer.from(line, 'base64')))

// First: V8 counts no branches of what it has compiled without counting.
test(`[S24] ${times(200)} inputs made of those, towards branches that none has reached, are judged as well`, { timeout: patience(60_000) }, async () => {
  const { found, branches } = await searchBranches(runSeed, times(200), kept)
  process.stdout.write(`${times(200)} inputs from seed ${runSeed} and ${kept.length} kept ones reached ${branches} branches\n`)
  expect(found).toEqual([])
})

test('[S24] every input that a search for branches kept is refused without a trace, or taken and read again by everybody alike', () => {
  const taken = kept.filter(judge).length
  // A corpus of nothing would pass, too, and so would one that is refused at its first byte.
  expect(kept.length).toBeGreaterThan(100)
  expect(taken).toBeGreaterThan(kept.length / 20)
})
