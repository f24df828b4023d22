/*
 * What a page keeps in the browser: for this tab, or for good. Where site data is blocked, even asking for the storage throws; then
 * nothing is kept, and everything else works.
 */

const storages = { tab: () => sessionStorage, device: () => localStorage } as const
type Where = keyof typeof storages

export function readKept(where: Where, name: string): string | null {
  try {
    return storages[where]().getItem(name)
  } catch {
    return null // Blocked.
  }
}

/** False where it could not be kept; nothing given, it is forgotten. */
export function keepHere(where: Where, name: string, value: string | undefined): boolean {
  try {
    if (value === undefined) storages[where]().removeItem(name)
    else storages[where]().setItem(name, value)
    return true
  } catch {
    return false // Blocked, or full.
  }
}
