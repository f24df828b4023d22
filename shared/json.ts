/** What JSON can hold; everything a board stores is made of it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Whether two JSON values say the same; the order of keys does not matter. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (isList(a) || isList(b)) {
    return isList(a) && isList(b) && a.length === b.length && a.every((value, i) => sameJson(value, b[i]))
  }
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
}

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** A text, or none: turning anything else into words may throw, since what a peer stored can have names of its own for how that is done. */
export const readWords = (value: unknown): string => (typeof value === 'string' ? value : '')

export const isObject = (value: unknown): value is Record<string, Json> => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The data behind a text of JSON; throws a SyntaxError where it is none. A name that would change an object's nature is left
 * out wherever it stands: it could only have been put there to do harm.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  const found: unknown[] = [value]
  for (let at = found.pop(); found.length > 0 || at !== undefined; at = found.pop()) {
    if (typeof at !== 'object' || at === null) continue
    if (Object.hasOwn(at, '__proto__')) delete (at as Record<string, unknown>)['__proto__']
    for (const inner of Object.values(at)) if (typeof inner === 'object' && inner !== null) found.push(inner)
  }
  return value
}

/**
 * Levels of lists and objects inside one another: more than anything people make, far fewer than what ends a program that walks
 * them. A board file puts a value four levels further down, and has to stay one that can be opened again.
 */
const deepest = 34

/** Whether a value is JSON, and no deeper than anybody's programs can read it. */
export function isJson(value: unknown, levels = deepest): value is Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object':
      if (value === null) return true
      if (levels === 0) return false
      return (Array.isArray(value) ? value : isPlain(value) ? Object.values(value) : [undefined]).every(each => isJson(each, levels - 1))
    default:
      return false
  }
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Whether lists and objects are inside one another no deeper than in any value that counts as JSON here, whatever else they hold. */
export function isShallow(value: unknown, levels = deepest): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return true
  return levels > 0 && Object.values(value).every(each => isShallow(each, levels - 1))
}

/** As much of a value as JSON can say; nothing where it can say nothing of it, or where it is nested without end. */
export function plainJson(value: unknown, depth = deepest): Json | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value !== 'object' || depth === 0 || ArrayBuffer.isView(value)) return undefined
  if (Array.isArray(value)) return value.map(each => plainJson(each, depth - 1) ?? null)
  const plain = Object.entries(value).map(([name, each]) => [name, plainJson(each, depth - 1)] as const)
  return Object.fromEntries(plain.filter(([name, each]) => name !== '__proto__' && each !== undefined)) as Json
}

const [quote, backslash, open, close, openList, closeList, comma] = [...'"\\{}[],'].map(letter => letter.charCodeAt(0))

/**
 * How many values a text of JSON holds at most, and how deep they are nested, without making any of them: a small text can ask
 * for a hundred times its size in memory. Reads as if the text were JSON; what is none is found out later.
 */
export function weighJson(bytes: Uint8Array): { readonly values: number; readonly depth: number } {
  let [values, depth, deepest] = [1, 0, 0]
  let inString = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (inString) {
      if (byte === backslash) i++
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    else if (byte === comma) values++
    else if (byte === open || byte === openList) {
      values++
      deepest = Math.max(deepest, ++depth)
    } else if (byte === close || byte === closeList) depth--
  }
  return { values, depth: deepest }
}
