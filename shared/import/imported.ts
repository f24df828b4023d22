import type { BoardFile } from '../file.ts'

/** What a file of another program became. */
export interface Imported {
  readonly file: BoardFile
  /** In sentences, what did not come along or came otherwise. */
  readonly warnings: readonly string[]
}

/** Why a file cannot be opened, as a sentence for whoever chose it: where it went wrong, and what was expected. */
export class ImportError extends Error {}

/** A board with nothing on it, for what a file holds to be put on. */
export const emptyBoard = (title: string): BoardFile => ({ format: 'manyfutures/board', version: 1, board: { title: title.slice(0, 200).toWellFormed() }, cards: [], relations: [], structures: [], drawings: [], people: [] })

export type FileCard = BoardFile['cards'][number]
export type FileRelation = BoardFile['relations'][number]
export type FileStructure = BoardFile['structures'][number]
export type FileDrawing = BoardFile['drawings'][number]

/** A number with its noun, as sentences say it. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`

/** A piece of a stranger's text that is short enough for a sentence. */
export const quoted = (words: string, most = 60): string => `“${words.length > most ? `${words.slice(0, most - 1).toWellFormed().trimEnd()}…` : words}”`
