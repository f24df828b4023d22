import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { launch } from '../tests/support/chromium.ts'

/*
 * `node scripts/measure-letters.ts`: measures the letters of our fonts and writes `shared/letters.ts`, so that a server can break
 * lines as a browser does. To be run when a font changes; a test compares the table with the fonts.
 */

const top = join(import.meta.dirname, '..')

/** The faces that words on a map are set in. */
const faces = {
  text: { package: 'source-sans-3', family: 'Source Sans 3 Variable', style: 'normal', weight: 400 },
  far: { package: 'source-sans-3', family: 'Source Sans 3 Variable', style: 'normal', weight: 470 },
  strong: { package: 'source-sans-3', family: 'Source Sans 3 Variable', style: 'normal', weight: 650 },
  display: { package: 'literata', family: 'Literata Variable', style: 'normal', weight: 480 },
  aside: { package: 'literata', family: 'Literata Variable', style: 'italic', weight: 400 },
} as const

/** The style sheet of a font with its files in it: a page that is nowhere can load nothing. */
function sheetOf(name: string): string {
  const folder = join(top, 'node_modules/@fontsource-variable', name)
  return ['index.css', 'wght-italic.css']
    .map(sheet => readFileSync(join(folder, sheet), 'utf8').replace(/url\(\.\/(files\/[^)]+)\)/g, (_, file: string) => `url(data:font/woff2;base64,${readFileSync(join(folder, file)).toString('base64')})`))
    .join('\n')
}

/** Letters that the files of a font are for. */
function lettersOf(name: string): Set<number> {
  const ranges = [...sheetOf(name).matchAll(/unicode-range: ([^;]+);/g)].flatMap(([, list = '']) => list.split(','))
  return new Set(
    ranges.flatMap(range => {
      const [first = 0, last = first] = range.trim().slice(2).split('-').map(code => Number.parseInt(code, 16))
      return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    }),
  )
}

const [ours, others] = [lettersOf('source-sans-3'), lettersOf('literata')]
const covered = Array.from({ length: 0x2200 - 0x20 }, (_, i) => 0x20 + i).filter(code => !(code >= 0x7f && code < 0xa0) && code !== 0xad && ours.has(code) && others.has(code))

const browser = await launch()
try {
  const page = await browser.newPage()
  await page.setContent(`<style>${sheetOf('source-sans-3')}\n${sheetOf('literata')}</style>`)
  const measured = await page.evaluate(async ([list, covered]) => {
    const context = document.createElement('canvas').getContext('2d')
    if (!context) throw new Error('No canvas to measure on')
    const all: Record<string, (number | undefined)[]> = {}
    for (const { name, family, style, weight } of list) {
      await document.fonts.load(`${style} ${weight} 1000px "${family}"`, String.fromCodePoint(...covered))
      const beside = ['monospace', 'serif', 'sans-serif'].map(otherwise => {
        context.font = `${style} ${weight} 1000px "${family}", ${otherwise}`
        return covered.map(code => context.measureText(String.fromCodePoint(code)).width)
      })
      // A letter that is as wide whatever else there is comes from the font itself.
      all[name] = covered.map((_, i) => (beside.every(each => each[i] === beside[0]?.[i]) ? Math.round(beside[0]?.[i] ?? 0) : undefined))
    }
    return all
  }, [Object.entries(faces).map(([name, { family, style, weight }]) => ({ name, family, style, weight })), covered] as const)

  const known = covered.map((code, i) => ({ code, i })).filter(({ i }) => Object.values(measured).every(each => each[i] !== undefined))
  const ranges: [number, number][] = []
  for (const { code } of known) {
    const last = ranges.at(-1)
    if (last && last[1] === code - 1) last[1] = code
    else ranges.push([code, code])
  }
  const table = Object.keys(faces).map(name => `  ${name}: '${known.map(({ i }) => (measured[name]?.[i] ?? 0).toString(36)).join(' ')}',`)
  writeFileSync(
    join(top, 'shared/letters.ts'),
    `/* Written by scripts/measure-letters.ts. */

/** Unicode's numbers of the letters that are measured, first and last of each stretch. */
export const stretches: readonly (readonly [first: number, last: number])[] = ${JSON.stringify(ranges)}

/** How wide each of them is, in thousandths of the font's size, in figures of base 36. */
export const widths = {
${table.join('\n')}
} as const
`,
  )
  process.stdout.write(`${known.length} letters in ${ranges.length} stretches, ${Object.keys(faces).length} faces\n`)
} finally {
  await browser.close()
}
