import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/* `npm run bench` measures everything; `npm run bench -- server` one part, with what follows as its own options. Reports, and fails on nothing. */

const parts = ['browser', 'server', 'store', 'imports', 'files', 'large'] as const
const [chosen, ...options] = process.argv.slice(2)
if (chosen !== undefined && !parts.some(part => part === chosen)) {
  process.stderr.write(`There is no part “${chosen}” to measure. Choose one of ${parts.join(', ')}, or none for all.\n`)
  process.exit(2)
}
for (const part of chosen === undefined ? parts : [chosen]) {
  const file = part === 'server' ? 'server/bench.ts' : `${part}.ts`
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, file), ...options], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
