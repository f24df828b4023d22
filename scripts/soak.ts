import { spawnSync } from 'node:child_process'

/*
 * What tests do in seconds, for as long as one likes: `npm run soak -- fuzz`, or `SOAK=200 npm run soak -- fuzz` for two hundred times what
 * `npm test` does. Without a name everything, one after the other.
 */

/** By name: the tests, and how many times the usual number is asked for where nobody says. */
const soaks = {
  fuzz: { files: ['tests/server/fuzz.test.ts'], usual: 334 },
  coverage: { files: ['tests/judging.test.ts'], usual: 300 },
  validation: { files: ['tests/validation.test.ts', 'tests/server/ingest.test.ts', 'tests/server/frames.test.ts'], usual: 60 },
  log: { files: ['tests/log-reader.test.ts', 'tests/server/compacting.test.ts'], usual: 60 },
  kill: { files: ['tests/server/kill.test.ts'], usual: 30 },
  history: { files: ['tests/server/history.test.ts', 'tests/history-ages.test.ts'], usual: 10 },
  convergence: { files: ['tests/server/convergence.test.ts'], usual: 20 },
  presence: { files: ['tests/server/presence.test.ts'], usual: 20 },
  damage: { files: ['tests/server/damage.test.ts'], usual: 61 },
  faults: { files: ['tests/browser/faults.test.ts'], usual: 168 },
  hostile: { files: ['tests/browser/hostile.test.ts'], usual: 2 },
} as const satisfies Record<string, { readonly files: readonly string[]; readonly usual: number }>

const [name] = process.argv.slice(2)
if (name !== undefined && !Object.hasOwn(soaks, name)) {
  process.stderr.write(`There is nothing called “${name}” to go on with. Choose one of ${Object.keys(soaks).join(', ')}, or none for all.\n`)
  process.exit(2)
}
for (const [each, { files, usual }] of Object.entries(soaks)) {
  if (name !== undefined && each !== name) continue
  const times = process.env['SOAK'] ?? String(usual)
  process.stdout.write(`${each}: ${times} times what npm test does, from ${new Date().toISOString()}\n`)
  const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'unit', '--project', 'server', '--project', 'browser', ...files], { stdio: 'inherit', env: { ...process.env, SOAK: times } })
  if (status !== 0) process.exitCode = 1
}
