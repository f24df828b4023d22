import { boardFileSchema } from '../shared/file.ts'

/* `node scripts/board-file-tables.ts` prints the tables of docs/board-file.md, as the published schema has them. */

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly const?: string | number
  readonly enum?: readonly string[]
  readonly description?: string
  readonly maxLength?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly format?: string
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly $defs?: Readonly<Record<string, Schema>>
}

const root = boardFileSchema() as Schema

/** A schema with what it refers to; what it says itself goes before. */
function whole(schema: Schema): Schema {
  const { $ref, ...own } = schema
  const referred = $ref === undefined ? undefined : root.$defs?.[$ref.split('/').at(-1) ?? '']
  return referred ? { ...whole(referred), ...own } : own
}

function typeOf(schema: Schema): string {
  const { const: constant, enum: values, type, format, maxLength, minimum, maximum, items, maxItems } = whole(schema)
  if (constant !== undefined) return `\`${JSON.stringify(constant)}\``
  if (values) return values.map(value => `\`${JSON.stringify(value)}\``).join(' or ')
  if (format === 'date-time') return 'a moment, ISO 8601'
  switch (type) {
    case 'string':
      return maxLength === undefined ? 'text' : `text of at most ${maxLength.toLocaleString('en')}`
    case 'number':
      return minimum === undefined || maximum === undefined ? 'number' : `number, ${minimum.toLocaleString('en')} to ${maximum.toLocaleString('en')}`
    case 'boolean':
      return '`true`'
    case 'array':
      return `list${items && whole(items).type === 'string' ? ' of texts' : ''}${maxItems === undefined ? '' : `, at most ${maxItems.toLocaleString('en')}`}`
    case 'object':
      return 'object'
    default:
      return 'any JSON'
  }
}

function tableOf(schema: Schema): string {
  const { properties = {}, required = [] } = whole(schema)
  const rows = Object.entries(properties).map(([name, said]) => `| \`${name}\` | ${required.includes(name) ? 'yes' : ''} | ${typeOf(said)} | ${whole(said).description ?? ''} |`)
  return ['| name | needed | what | what it says |', '|---|---|---|---|', ...rows].join('\n')
}

const part = (name: string): Schema => whole(root.properties?.[name] ?? {})
const parts: readonly (readonly [string, Schema])[] = [['The file', root], ['`board`', part('board')], ...['cards', 'relations', 'structures', 'drawings', 'people', 'assets'].map(name => [`Each of \`${name}\``, part(name).items ?? {}] as const)]

/** Every name this version knows, list by list. */
export const boardFileTables = (): string => parts.map(([title, schema]) => `### ${title}\n\n${tableOf(schema)}\n`).join('\n')

if (import.meta.main) process.stdout.write(boardFileTables())
