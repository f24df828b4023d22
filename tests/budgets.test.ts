import { existsSync, readFileSync } from 'node:fs'
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
