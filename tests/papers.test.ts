import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dropCauses, figures } from '../server/metrics.ts'

/* What is written for hosts is held to the rules and to the server. */

const read = (path: string): string => readFileSync(join(import.meta.dirname, '..', path), 'utf8')
const rules = new Set([...read('SPEC.md').matchAll(/\*\*([A-Z]\d+)\*\*/g)].map(([, rule]) => rule ?? ''))

/** Rows of a page's tables whose head names these columns. */
function rowsUnder(page: string, head: string): string[][] {
  const [, ...tables] = page.split(`| ${head} |\n`)
  return tables.flatMap(table => table.split('\n').slice(1, Math.max(1, table.split('\n').findIndex(line => !line.startsWith('|')))).map(line => line.split('|').slice(1, -1).map(cell => cell.trim())))
}

const threats = rowsUnder(read('docs/threat-model.md'), 'threat | defence | held by | left open')

test('[Q6] every line of the threat model is held by rules that exist, or says what is open', () => {
  expect(threats.length).toBeGreaterThan(25)
  for (const [threat = '', defence = '', held = '', open = ''] of threats) {
    const cited = held.split(' ').filter(id => id !== '')
    expect([threat, cited.filter(id => !rules.has(id))]).toEqual([threat, []])
    expect([threat, defence !== '', cited.length > 0 || open !== '']).toEqual([threat, true, true])
  }
})

test('[Q6] everything that keeps people out, their work safe or their words apart is in the threat model', () => {
  const cited = new Set(threats.flatMap(([, , held = '']) => held.split(' ')))
  const guarding = [...rules].filter(rule => /^[SPN]\d+$/.test(rule) || /^H(1|2|3|5|6|9|11|12|13|14|17|18|19)$/.test(rule) || /^K([35678]|1[0345678]|20)$/.test(rule))
  expect(guarding.filter(rule => !cited.has(rule))).toEqual([])
})

test('[Q4] the figures and causes hosts read about are those the server counts', () => {
  const hosting = read('docs/hosting.md')
  expect(Object.fromEntries(rowsUnder(hosting, 'figure | what it is').map(([name = '', help = '']) => [name.replaceAll('`', ''), help]))).toEqual(figures)
  expect(Object.fromEntries(rowsUnder(hosting, 'cause | what was turned away').map(([name = '', help = '']) => [name.replaceAll('`', ''), help]))).toEqual(dropCauses)
})
