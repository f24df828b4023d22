import type { KindName } from './cards/index.ts'
import type { Colour } from './cards/card.ts'

/** How a relation's line is drawn; together with the end mark it tells kinds apart without colour. */
export type Line = 'solid' | 'dashed' | 'dotted' | 'heavy'
export type End = 'filled' | 'open' | 'bar' | 'diamond' | 'dot'

export interface RelationKind {
  /** Read between the two cards: “A leads to B”. */
  readonly label: string
  /** Read from the other end: “B follows from A”. */
  readonly inverse: string
  readonly hint: string
  readonly line: Line
  readonly end: End
  readonly color: Colour
  /** Whether it says the same from both ends. */
  readonly symmetric?: true
  /** Whether a wheel counts it as one step from cause to effect. */
  readonly causal?: true
}

/** Every kind of relation. Keys are stored in boards for ever: add them, never rename them. */
export const relations = {
  leads: {
    label: 'leads to',
    inverse: 'follows from',
    hint: 'Cause and effect.',
    line: 'solid',
    end: 'filled',
    color: ['#1F5FA8', '#7FB5F7'],
    causal: true,
  },
  enables: {
    label: 'enables',
    inverse: 'is enabled by',
    hint: 'Makes it possible.',
    line: 'dashed',
    end: 'filled',
    color: ['#12703F', '#62C78F'],
  },
  blocks: {
    label: 'blocks',
    inverse: 'is blocked by',
    hint: 'Stands in its way.',
    line: 'heavy',
    end: 'bar',
    color: ['#8C1D18', '#F47C6C'],
  },
  requires: {
    label: 'requires',
    inverse: 'is required by',
    hint: 'Cannot be without it.',
    line: 'dashed',
    end: 'diamond',
    color: ['#33424E', '#C9D3DA'],
  },
  tension: {
    label: 'is in tension with',
    inverse: 'is in tension with',
    hint: 'Both matter, and they pull apart.',
    line: 'dotted',
    end: 'open',
    color: ['#7A3E8E', '#D69BEA'],
    symmetric: true,
  },
  informs: {
    label: 'informs',
    inverse: 'is informed by',
    hint: 'Evidence for it, or an answer to it.',
    line: 'dotted',
    end: 'dot',
    color: ['#3E777E', '#7FBFC6'],
  },
} as const satisfies Record<string, RelationKind>

export type RelationName = keyof typeof relations

/** Whether more of the cause brings more (`+`) or less (`-`) of the effect; only “leads to” has one. */
export type Sign = '+' | '-'

/** Every way a relation can be meant, in the order in which it is offered, and by which the keys 1 to 7 choose. */
export const ways: readonly (readonly [RelationName, Sign])[] = [
  ['leads', '+'],
  ['leads', '-'],
  ...(Object.keys(relations) as RelationName[]).filter(name => name !== 'leads').map(name => [name, '+'] as const),
]

/** “Leads to −” differs from “leads to +” by its open head and colour as well as by its mark. */
export const minus = { end: 'open', color: ['#B0480E', '#FF9E66'] } as const satisfies Pick<RelationKind, 'end' | 'color'>

export const isRelationName = (name: unknown): name is RelationName => typeof name === 'string' && Object.hasOwn(relations, name)

export const relationOf = (name: RelationName): RelationKind => relations[name]

/** How a relation is drawn, its sign included. */
export function drawnAs(name: RelationName, sign: Sign): Pick<RelationKind, 'line' | 'end' | 'color' | 'symmetric'> {
  return name === 'leads' && sign === '-' ? { ...relations.leads, ...minus } : relations[name]
}

const anything = undefined
type Joined = readonly KindName[] | undefined

/** What an arrow between two kinds of card most likely means; the first row that fits decides. */
const joins: readonly (readonly [from: Joined, to: Joined, relation: RelationName])[] = [
  [['obstacle'], anything, 'blocks'],
  [['action', 'milestone', 'stakeholder'], ['action', 'milestone', 'vision', 'obstacle'], 'enables'],
  [['vision', 'milestone'], ['action', 'milestone'], 'requires'],
  [['signal', 'question'], anything, 'informs'],
  [anything, ['question'], 'informs'],
  [['value'], ['value'], 'tension'],
  [['value'], anything, 'informs'],
]

/** The kind of relation a new arrow between two cards starts as. */
export function guessRelation(from: string, to: string): RelationName {
  const fits = (kinds: Joined, kind: string) => kinds === anything || kinds.some(name => name === kind)
  return joins.find(([a, b]) => fits(a, from) && fits(b, to))?.[2] ?? 'leads'
}
