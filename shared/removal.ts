/** What goes where somebody removes things: counted, since nobody sees at a glance what stands on a structure. */
export interface Removal {
  /** What the structures are: “Timeline”. */
  readonly structures: readonly string[]
  readonly cards: number
  /** How many of the cards are other people's. */
  readonly others: number
  /** How many people made the cards, as far as that is known. */
  readonly people: number
  /** Whether all of it are structures that stand empty, put there by whoever removes them. */
  readonly ownAndEmpty: boolean
}

/** Other people's cards that one may remove at once without being asked. */
export const handful = 5

/** Whether whoever does not lead a board is asked before this goes. */
export const isAsked = ({ structures, others, ownAndEmpty }: Removal): boolean => (structures.length > 0 && !ownAndEmpty) || others > handful

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** “the timeline and 13 cards by 5 people” */
export function sayRemoval({ structures, cards, people }: Removal): string {
  const [first] = structures
  const things = structures.length > 1 ? counted(structures.length, 'structure', 'structures') : first && `the ${first.toLowerCase()}`
  const by = people > 0 ? ` by ${counted(people, 'person', 'people')}` : ''
  return [things, (cards > 0 || !things) && `${counted(cards, 'card', 'cards')}${by}`].filter(Boolean).join(' and ')
}
