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

/** Bytes of a chunk and of all it imports at once, as they are sent. */
function sent(manifest: Record<string, Chunk>, ...names: string[]): number {
  const seen = new Set<string>()
  const visit = (name: string): number => {
    const chunk = manifest[name]
    if (!chunk || seen.has(name)) return 0
    seen.add(name)
    // What is too small to be worth compressing is sent as it is.
    const file = `${dist}${chunk.file}`
    return readFileSync(existsSync(`${file}.gz`) ? `${file}.gz` : file).length + (chunk.imports ?? []).reduce((sum, each) => sum + visit(each), 0)
  }
  return names.reduce((sum, name) => sum + visit(name), 0)
}

test('[Q1] the home page takes at most 120 kB of gzipped JavaScript, a board 750 kB', () => {
  expect(isBuilt(), 'The build is older than the sources: run npm run build').toBe(true)
  const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8')) as Record<string, Chunk>
  const home = sent(manifest, 'index.html')
  const board = sent(manifest, 'index.html', 'board/BoardPage.tsx')
  process.stdout.write(`home ${(home / 1e3).toFixed(1)} kB, board ${(board / 1e3).toFixed(1)} kB, gzipped\n`)
  expect(home).toBeGreaterThan(30_000)
  expect(home).toBeLessThanOrEqual(120_000)
  expect(board).toBeGreaterThan(home + 100_000)
  expect(board).toBeLessThanOrEqual(750_000)
})

test('[Q2] nothing but the board’s own page loads tldraw', () => {
  const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8')) as Record<string, Chunk>
  expect(manifest['index.html']?.dynamicImports).toContain('board/BoardPage.tsx')
  const entry = readFileSync(`${dist}${manifest['index.html']?.file}`, 'utf8')
  expect(entry).not.toContain('tl-container')
})
