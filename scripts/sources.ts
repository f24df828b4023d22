import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const top = fileURLToPath(new URL('..', import.meta.url))

/** Where a build notes what it was made from. */
export const builtFrom = join(top, 'dist', '.vite', 'sources')

/** One fingerprint of everything the client is built from. Contents, not dates: a copied or checked-out tree has new dates. */
export function fingerprintOfSources(): string {
  const hash = createHash('sha256')
  const files = ['client', 'shared'].flatMap(folder => readdirSync(join(top, folder), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name)))
  for (const file of [...files, join(top, 'vite.config.ts'), join(top, 'package-lock.json')].sort()) {
    hash.update(file.slice(top.length)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

export const isBuilt = (): boolean => existsSync(builtFrom) && readFileSync(builtFrom, 'utf8') === fingerprintOfSources()
