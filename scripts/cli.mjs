#!/usr/bin/env -S node --max-semi-space-size=4 --min-semi-space-size=4 --initial-old-space-size=96
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/*
 * `npx manyfutures …` from a checkout, or `npm run --silent cli -- …`. In plain JavaScript, so that any Node can begin with it and
 * hands over to the one that came with `npm ci`; and so that a command finds all TypeScript compiled, and need not load the compiler.
 * The flags say how much may lie about before V8 looks what is not needed any more: without them everything works, and a large board takes 100 MB more.
 */

if (process.features.typescript) {
  await import('./compile-cache.mjs')
  await import('./cli/main.ts')
} else {
  const { status, error } = spawnSync(join(import.meta.dirname, '../node_modules/.bin/node'), ['--max-semi-space-size=4', '--min-semi-space-size=4', '--initial-old-space-size=96', ...process.argv.slice(1)], { stdio: 'inherit' })
  if (error) process.stderr.write(`This needs Node 24, which comes with “npm ci”; this is ${process.version}. Run npm ci first.\n`)
  process.exitCode = status ?? 1
}
