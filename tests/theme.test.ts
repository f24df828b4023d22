import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { kinds } from '../shared/cards/index.ts'
import { relations } from '../shared/relations.ts'
import { tokens as drawnTokens } from '../shared/tokens.ts'
import { contrast } from './support/colour.ts'

/* Every colour against everything it is drawn on, in both themes, read from the stylesheet that is served. */

type Pair = readonly [light: string, dark: string]
const css = readFileSync(fileURLToPath(new URL('../client/theme/tokens.css', import.meta.url)), 'utf8')
const tokens = Object.fromEntries([...css.matchAll(/--([\w-]+):\s*light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [name, [light, dark] as Pair]))
const token = (name: string): Pair => {
  const pair = tokens[name]
  if (!pair) throw new Error(`tokens.css has no pair of colours called --${name}`)
  return pair
}

const least = { text: 4.5, mark: 3 } as const
const papers = ['table', 'paper', 'sheet', 'water-1']
const drawn: [what: string, colour: Pair, on: readonly string[], at: number][] = [
  ...['ink', 'ink-2', 'ink-3'].map(name => [name, token(name), papers, least.text] as [string, Pair, string[], number]),
  ['over', token('over'), ['paper', 'sheet', 'over-wash', 'water-1'], least.text],
  ['on-over', token('on-over'), ['over'], least.text],
  ['on-ink', token('on-ink'), ['ink'], least.text],
  ['ok', token('ok'), ['paper', 'sheet'], least.text],
  ['alarm', token('alarm'), ['paper', 'sheet', 'alarm-wash'], least.text],
  ['edge', token('edge'), ['paper', 'sheet', 'table'], least.mark],
  ...['val-up', 'val-down'].map(name => [name, token(name), ['sheet'], least.text] as [string, Pair, string[], number]),
  ...[1, 2, 3, 4, 5, 6, 7, 8].map(each => [`sector-${each}`, token(`sector-${each}`), ['sheet', 'table', 'on-sector'], least.text] as [string, Pair, string[], number]),
  ...Object.entries(kinds).map(([name, { color }]) => [name, color, [...papers, 'on-kind'], least.mark] as [string, Pair, string[], number]),
  ...Object.entries(relations).map(([name, { color }]) => [name, color, papers, least.mark] as [string, Pair, string[], number]),
]

test.each(drawn)('[Q3] %s is told from what it is drawn on, in both themes', (_name, colour, on, at) => {
  for (const ground of on) for (const theme of [0, 1] as const) expect(contrast(colour[theme], token(ground)[theme]), `on --${ground}, ${theme ? 'dark' : 'light'}`).toBeGreaterThanOrEqual(at)
})

test('[Q3] what is drawn outside the style sheet has the same colours', () => {
  expect(Object.fromEntries(Object.keys(drawnTokens).map(name => [name, token(name)]))).toEqual(drawnTokens)
})
