import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const top = fileURLToPath(new URL('..', import.meta.url))

/** A package of somebody else's that is given to people: in the page's own files, or because the server runs on it. */
export interface Part {
  readonly name: string
  readonly version: string
  /** As the package says it, by SPDX where it can. */
  readonly licence: string
}

interface Locked {
  readonly version: string
  readonly license?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly hasInstallScript?: boolean
}

/** Everything that an installation brings, by its place under node_modules. */
export function lockedPackages(lock = join(top, 'package-lock.json')): ReadonlyMap<string, Locked> {
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as { packages: Record<string, Locked> }
  return new Map(Object.entries(packages).filter(([place]) => place !== ''))
}

/** Where a build notes which packages are in the page's files, and gives their licences to whoever has those. */
export const bundledList = join(top, 'dist', '.vite', 'packages.json')
export const licencesFile = 'licences.txt'

const nameIn = (place: string): string => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** The place of the package that a bundled module is in; nothing for our own. */
export const placeOf = (module: string): string | undefined => /.*(node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(module.replaceAll('\\', '/'))?.[0].replace(/^.*?(?=node_modules\/)/, '')

/** What is given to people: what the build says is in the page, and what is installed for the server. */
export function givenParts(bundled: readonly string[]): readonly Part[] {
  const inPage = new Set(bundled)
  const parts = new Map<string, Part>()
  for (const [place, { version, license, dev, devOptional }] of lockedPackages()) {
    if (!inPage.has(place) && (dev || devOptional)) continue
    const name = nameIn(place)
    parts.set(`${name}@${version}`, { name, version, licence: license ?? 'see the package' })
  }
  return [...parts.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1))
}

/** The list in NOTICE, between its own head and the end. */
export const listOf = (parts: readonly Part[]): string => parts.map(({ name, version, licence }) => `  ${name} ${version}: ${licence}`).join('\n')

/** The texts of the licences of what is in the page, for whoever has it and not the packages. */
export function licenceTexts(places: readonly string[]): string {
  const locked = lockedPackages()
  return places
    .toSorted()
    .map(place => {
      const folder = join(top, place)
      const files = existsSync(folder) ? readdirSync(folder).filter(name => /^(licen[cs]e|copying|notice)/i.test(name)) : []
      const texts = files.sort().map(name => readFileSync(join(folder, name), 'utf8').trim())
      return `${nameIn(place)} ${locked.get(place)?.version ?? ''} (${locked.get(place)?.license ?? 'see the package'})\n\n${texts.join('\n\n') || 'It brings no text of its licence.'}\n`
    })
    .join(`\n${'-'.repeat(80)}\n\n`)
}
