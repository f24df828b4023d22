import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { options } from '../server/config.ts'

/* Papers drift; these two are held to the code. */

const top = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(top, path), 'utf8')

test('[Q4] every rule has a test, and every test a rule', () => {
  const rules = [...read('SPEC.md').matchAll(/\*\*([A-Z]\d+)\*\*/g)].map(([, rule]) => rule)
  const files = readdirSync(join(top, 'tests'), { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.test.ts') && !path.includes('node_modules'))
  const cited = files.flatMap(path => [...read(join('tests', path)).matchAll(/['"`]\[([A-Z]\d+)\]/g)].map(([, rule]) => rule))
  expect(new Set(rules).size).toBe(rules.length)
  expect([...new Set(cited)].sort()).toEqual([...rules].sort())
})

test('[Q4] the table of settings says what the server does', () => {
  const rows = Object.values(options).map(({ env, fallback, help }) => `| \`${env}\` | ${fallback === '' ? '' : `\`${fallback}\``} | ${help} |`)
  expect(read('docs/hosting.md')).toContain(rows.join('\n'))
})
