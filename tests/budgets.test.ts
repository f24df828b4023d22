import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { isBuilt } from '../scripts/sources.ts'

/* What a phone on a weak connection has to fetch before anything happens. Reads the build that `npm test` makes first. */

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
}

const dist = fileURLToPath(new URL('../dist/', import.meta.url))

/** The files of some chunks and of all they import at once. */
function filesOf(manifest: Record<string, Chunk>, ...names: string[]): string[] {
  const seen = new Set<string>()
  const visit = (name: string): string[] => {
    const chunk = manifest[name]
    if (!chunk || seen.has(name)) return []
    seen.add(name)
    return [`${dist}${chunk.file}`, ...(chunk.imports ?? []).flatMap(visit)]
  }
  return names.flatMap(visit)
}

/** Bytes of them, as they are sent: what is too small to be worth compressing goes as it is. */
const sent = (manifest: Record<string, Chunk>, ...names: string[]): number =>
  filesOf(manifest, ...names).reduce((sum, file) => sum + readFileSync(existsSync(`${file}.gz`) ? `${file}.gz` : file).length, 0)

test('[Q1] the home page takes at most 120 kB of gzipped JavaScript, a report 200 kB, a board 750 kB', () => {
  expect(isBuilt(), 'The build is older than the sources: run npm run build').toBe(true)
  const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8')) as Record<string, Chunk>
  const home = sent(manifest, 'index.html')
  const board = sent(manifest, 'index.html', 'board/BoardPage.tsx')
  const report = sent(manifest, 'index.html', 'report/ReportPage.tsx')
  process.stdout.write(`home ${(home / 1e3).toFixed(1)} kB, report ${(report / 1e3).toFixed(1)} kB, board ${(board / 1e3).toFixed(1)} kB, gzipped\n`)
  expect(home).toBeGreaterThan(30_000)
  expect(home).toBeLessThanOrEqual(120_000)
  expect(report).toBeGreaterThan(home + 5_000)
  expect(report).toBeLessThanOrEqual(200_000)
  expect(board).toBeGreaterThan(home + 100_000)
  expect(board).toBeLessThanOrEqual(750_000)
})

test('[Q2] nothing but the board’s own page loads tldraw', () => {
  const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8')) as Record<string, Chunk>
  expect(manifest['index.html']?.dynamicImports).toEqual(expect.arrayContaining(['board/BoardPage.tsx', 'report/ReportPage.tsx']))
  const holdsIt = (page: string): boolean => filesOf(manifest, 'index.html', page).some(file => readFileSync(file, 'utf8').includes('tl-container'))
  expect([holdsIt('board/BoardPage.tsx'), holdsIt('report/ReportPage.tsx'), holdsIt('index.html')]).toEqual([true, false, false])
})

test('[R80] every part that is loaded later is loaded by what can fail and try again', () => {
  const client = fileURLToPath(new URL('../client/', import.meta.url))
  const sources = readdirSync(client, { recursive: true, encoding: 'utf8' }).filter(path => /\.tsx?$/.test(path))
  const lines = sources.flatMap(path => readFileSync(`${client}${path}`, 'utf8').split('\n').filter(line => line.includes('import(\'')).map(line => ({ path, line: line.trim() })))
  expect(lines.length).toBeGreaterThan(12)
  const isSafe = ({ line }: (typeof lines)[number]): boolean => {
    if (/\b(?:part|loaded)\(\(\) => import\('/.test(line)) return true
    // One with a name is given to nothing else.
    const [, name] = /const (load\w+) = /.exec(line) ?? []
    const uses = name ? sources.flatMap(each => readFileSync(`${client}${each}`, 'utf8').split('\n').filter(text => new RegExp(`\\b${name}\\b`).test(text) && !text.includes(`const ${name} =`) && !text.startsWith('import '))) : []
    return uses.length > 0 && uses.every(text => /\b(?:part|loaded|ahead)\(/.test(text))
  }
  // Only tests look into a board.
  expect(lines.filter(each => !isSafe(each) && !each.line.includes('./inspect.ts'))).toEqual([])
})
