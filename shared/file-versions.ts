import { isObject, type Json, plainJson } from './json.ts'

/** What a board file calls itself. */
export const fileFormat = 'manyfutures/board'
export const fileVersion = 1

/** Longest text of a card in a file, in UTF-16 units. */
export const longestText = 100_000
/** Seconds since 1970 of the last moment a file can name: the end of the year 9999. */
export const latest = 253_402_300_799

/** What a file says of itself by names this version knows: at its top, of the board, and of one person. */
export const knownNames = {
  file: ['format', 'version', 'exported', 'withheld', 'board', 'cards', 'relations', 'structures', 'drawings', 'people', 'tldraw', 'assets'],
  board: ['title', 'focus', 'today', 'horizon', 'sectors', 'provenance', 'about', 'takes', 'people', 'gives', 'place'],
  person: ['id', 'sector'],
} as const

/** What only a newer minor version knows of a board, its file and its people: kept, and given out again. */
export interface Newer {
  readonly board?: Readonly<Record<string, Json>>
  readonly file?: Readonly<Record<string, Json>>
  readonly people?: Readonly<Record<string, Readonly<Record<string, Json>>>>
}

/** Reads what was kept, tolerantly. */
export function readNewer(kept: unknown): Newer {
  const value = plainJson(kept)
  if (!isObject(value)) return {}
  const { board, file, people } = value
  return {
    ...(isObject(board) && { board: unknownOf(board, knownNames.board) }),
    ...(isObject(file) && { file: unknownOf(file, knownNames.file) }),
    ...(isObject(people) && { people: Object.fromEntries(Object.entries(people).flatMap(([id, said]) => (isObject(said) ? [[id, unknownOf(said, knownNames.person)]] : []))) }),
  }
}

/** What an object says beyond the names that are known. */
export const unknownOf = (said: Readonly<Record<string, unknown>>, known: readonly string[]): Record<string, Json> =>
  Object.fromEntries(Object.entries(said).filter(([name, value]) => !known.includes(name) && name !== '__proto__' && value !== undefined)) as Record<string, Json>

/** One step from a version to the next, on the data of a file that is not checked yet. Stays for ever, as its fixtures do. */
export type Step = (file: Readonly<Record<string, Json>>) => Record<string, Json>

/** By the version a step begins at. There has been one version so far. */
const steps: Readonly<Record<number, Step>> = {}

/** A file of an older version as this version has it. A version without a step is left as it is, for the check to say so. */
export function broughtUpToDate(file: Readonly<Record<string, Json>>, to = fileVersion, by: Readonly<Record<number, Step>> = steps): Readonly<Record<string, Json>> {
  let at = file
  for (let version = Number(at['version']), step = by[version]; step && version < to; step = by[++version]) at = { ...step(at), version: version + 1 }
  return at
}
