/*
 * Keys of the templates this device saved: whoever holds one may rename and remove it. The server keeps only what proves them.
 */

const name = 'manyfutures:templates'

function read(): Record<string, string> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(name) ?? '{}')
    return typeof stored === 'object' && stored !== null && !Array.isArray(stored) ? Object.fromEntries(Object.entries(stored).filter((entry): entry is [string, string] => typeof entry[1] === 'string')) : {}
  } catch {
    return {} // Storage is off, or holds something else: nothing is remembered.
  }
}

export const templateKey = (id: string): string | undefined => read()[id]

/** Remembers a key, or forgets it where there is none any more. False where this device keeps nothing. */
export function keepTemplateKey(id: string, key: string | undefined): boolean {
  const { [id]: _old, ...others } = read()
  try {
    localStorage.setItem(name, JSON.stringify(key === undefined ? others : { ...others, [id]: key }))
    return true
  } catch {
    return false // Storage is off or full: the template is there, and nobody can rename it from here.
  }
}
