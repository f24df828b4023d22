import type { Board, Card, Structure } from '../board.ts'
import type { Chain } from '../chain.ts'
import type { RecordId } from '../ids.ts'
import type { Loop } from '../loops.ts'
import type { Timeline } from '../methods/timeline.ts'

/** A board with what follows from it, worked out once for all checks. */
export interface Reading {
  readonly board: Board
  readonly chain: Chain
  readonly loops: readonly Loop[]
  /** Cards by the structure they stand in. */
  members(structure: RecordId): readonly Card[]
  /** A wheel's centre and orders. */
  wheel(structure: RecordId): { readonly centre: RecordId | undefined; readonly order: ReadonlyMap<string, number> }
  structuresOf(type: Structure['type']): readonly Structure[]
  cardsOf(kind: string): readonly Card[]
  /** The timeline a card stands on. */
  timelineOf(card: Card): (Structure & { readonly axis: Timeline }) | undefined
}

/** Something that does not hold together, or is worth a look. */
export interface Finding {
  /** The record a note on it (“it is meant this way”) is kept at. */
  readonly about: RecordId
  /** What it is, and what can be done. */
  readonly sentence: string
  readonly cards: readonly RecordId[]
  readonly relations: readonly RecordId[]
  /** What its flag says, where it can say more than its check's. */
  readonly flag?: string
}

/** One thing a board can be asked. Checks never refuse anything: they say what they see. */
export interface Check {
  /** What a finding is called. */
  readonly title: string
  /** Two words for the flag beside the card. */
  readonly flag: string
  /** What is true where it finds nothing. */
  readonly holds: string
  /** How many things it looked at, with their noun; nothing where there is nothing to look at. */
  readonly looked: (reading: Reading) => { readonly count: number; readonly noun: string } | undefined
  readonly find: (reading: Reading) => readonly Finding[]
  /** Told at once to whoever does it, and not only to whoever asks: the card does not stand, or count, as they may think. */
  readonly atOnce?: true
}

/** A card's words, short enough for a sentence about it. */
export function quoted(card: Card | undefined): string {
  const words = card?.text.trim().replace(/\s+/g, ' ') ?? ''
  if (words === '') return 'An empty card'
  return `“${words.length > 60 ? `${words.slice(0, 58).trimEnd().toWellFormed()} …` : words}”`
}

export const dateOfCard = (card: Card | undefined): string | undefined => {
  const date = card?.fields['date']
  return typeof date === 'string' ? date : undefined
}

/** “1 milestone”, “7 milestones”; nothing for none. */
export const looked = (count: number, one: string, many = `${one}s`): { count: number; noun: string } | undefined => (count > 0 ? { count, noun: count === 1 ? one : many } : undefined)

export const finding = (about: RecordId, sentence: string, cards: readonly RecordId[] = [about], relations: readonly RecordId[] = []): Finding => ({ about, sentence, cards, relations })
