import { fieldsOf, kindOf } from '../cards/index.ts'
import { kindNamed, readCell } from '../columns.ts'
import type { Json } from '../json.ts'
import { type RelationKind, type RelationName, relations, type Sign } from '../relations.ts'

/** What a label on a line means. */
export interface Named {
  readonly kind: RelationName
  readonly sign: Sign
  readonly delay: boolean
  /** Whether it is read from the other end: “follows from”. */
  readonly turned: boolean
}

const plain = (words: string): string => words.trim().toLowerCase().replace(/\s+/g, ' ')

/** The relation a label names, by its label, its stored name or as it is read from the other end; with a sign and “later” behind it where there are. */
export function relationNamed(label: string): Named | undefined {
  const [, said = '', mark = '', later] = /^(.*?)\s*(?:\(?\s*([+−–-])\s*\)?)?\s*(,\s*later)?$/.exec(plain(label)) ?? []
  for (const [name, { label: forwards, inverse, symmetric }] of Object.entries<RelationKind>(relations) as [RelationName, RelationKind][]) {
    const turned = said === inverse && !symmetric
    if (said === name || said === forwards || turned) return { kind: name, sign: name === 'leads' && /[−–-]/.test(mark) ? '-' : '+', delay: later !== undefined, turned }
  }
  return undefined
}

/** A card as words say it: a first line or word that names its kind, and last lines that name its fields. */
export interface Said {
  readonly kind: string | undefined
  readonly text: string
  readonly fields: Readonly<Record<string, Json>>
}

/** Marks that Markdown puts around a heading or what is said loudly. */
const unmarked = (line: string): string => line.trim().replace(/^#{1,6}\s+/, '').replace(/^(\*\*|__|\*|_)(.*)\1$/, '$2').trim()

export function readSaid(words: string, otherwise?: string): Said {
  const lines = words.replace(/\r\n?/g, '\n').trim().split('\n')
  const [first = '', ...rest] = lines
  const alone = kindNamed(unmarked(first).replace(/:$/, ''))
  const [, before = '', after = ''] = /^([^:]{3,24}):\s+(\S.*)$/.exec(unmarked(first)) ?? []
  const ahead = alone ? undefined : kindNamed(before)
  const kind = alone ?? ahead ?? otherwise
  const text = alone ? rest : ahead ? [after, ...rest] : lines
  return { kind, ...withFields(kind, text) }
}

/** Last lines such as “Source: https://…” are fields of a kind that has them, as far as the fields can read them whole. */
function withFields(kind: string | undefined, lines: readonly string[]): Pick<Said, 'text' | 'fields'> {
  const fields: Record<string, Json> = {}
  let end = lines.length
  for (; kind !== undefined && kindOf(kind) && end > 0; end--) {
    const line = (lines[end - 1] ?? '').trim()
    if (line === '') continue
    const [, label = '', words = ''] = /^[-*]?\s*([^:]{2,40}):\s+(.+)$/.exec(unmarked(line)) ?? []
    const known = fieldsOf(kind).find(([name, field]) => [name, plain(field.label)].includes(plain(unmarked(label))))
    const value = known && fields[known[0]] === undefined ? readCell(known[1], words.trim()) : undefined
    if (!known || value === undefined) break
    fields[known[0]] = value
  }
  return { text: (Object.keys(fields).length ? lines.slice(0, end) : lines).join('\n').trim(), fields }
}
