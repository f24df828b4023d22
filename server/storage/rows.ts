import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { damaged } from './faults.ts'
import { sumOf, type Value } from './sums.ts'

/*
 * The tables whose rows carry a sum. Which columns there are, and in which order, is part of each sum: a column that is added
 * needs a version of the store that sums its rows anew.
 */

interface Table {
  readonly key: number
  readonly columns: readonly string[]
  readonly apart?: string
  readonly one: string
}

/** Each table's columns; the first `key` of them tell rows apart, `apart` has a sum of its own among the others. `one` names a row in a sentence. */
export const tables = {
  board: { key: 1, columns: ['id', 'created'], one: 'What is known of a board' },
  link: { key: 1, columns: ['id', 'board', 'role', 'hash', 'created', 'closed'], one: 'A link' },
  person: { key: 2, columns: ['board', 'id', 'name', 'sector', 'link', 'key_hash', 'role'], one: 'What is known of a person' },
  secret: { key: 1, columns: ['name', 'value'], one: 'The key that signs tickets' },
  template: { key: 1, columns: ['id', 'created', 'key_hash', 'file_sum'], apart: 'file', one: 'A saved template' },
  audit: { key: 1, columns: ['seq', 'board', 'at', 'who', 'did', 'about'], one: 'A line of who did what to rights' },
  asset: { key: 2, columns: ['board', 'hash', 'type', 'size', 'by', 'at'], one: 'What is known of a picture' },
  claim: { key: 2, columns: ['board', 'client', 'participant', 'nth'], one: 'Whom a client id belongs to' },
  removal: { key: 1, columns: ['board', 'at', 'who'], one: 'What is known of a removed board' },
  isolation: { key: 1, columns: ['doc', 'since', 'until', 'faults', 'cause'], one: 'A document served in a process of its own' },
} as const satisfies Readonly<Record<string, Table>>
export type TableName = keyof typeof tables

/** A row's values, in the order of its table's columns, and then what is apart. */
export type Values = readonly Value[]

/** A table whose rows are checked when they are read and summed when they are written. */
export interface Rows {
  /** A query for rows; `rest` is what follows the name of the table. */
  all(rest: string): (...values: Value[]) => Values[]
  one(rest: string): (...values: Value[]) => Values | undefined
  /** The same as `all`, without what is apart. */
  briefly(rest: string): (...values: Value[]) => Values[]
  /** Each row there is, one after the other. */
  each(): Iterable<Values>
  /** Adds a row; one with its key stays as it is, and the answer is false. */
  add(row: Values): boolean
  /** Adds a row, or throws where there is one with its key. */
  insert(row: Values): void
  /** Adds a row, or writes it over the one with its key. */
  put(row: Values): void
  remove(...key: Value[]): boolean
}

export function rowsOf(db: DatabaseSync, name: TableName, folder: string): Rows {
  const { key, columns, one, apart }: Table = tables[name]
  const all = apart === undefined ? columns : [...columns, apart]
  const keys = columns.slice(0, key)
  const into = `INSERT INTO ${name} (${all.join(', ')}, sum) VALUES (${all.map(() => '?').join(', ')}, ?)`
  // Most tables are written to in one way only.
  const adding = whenNeeded(db, `${into} ON CONFLICT (${keys.join(', ')}) DO NOTHING`)
  const inserting = whenNeeded(db, into)
  const putting = whenNeeded(db, `${into} ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${[...all.slice(key), 'sum'].map(column => `${column} = excluded.${column}`).join(', ')}`)
  const removing = whenNeeded(db, `DELETE FROM ${name} WHERE ${keys.map(column => `${column} = ?`).join(' AND ')}`)
  const query = (rest: string, which = all) => {
    const select = db.prepare(`SELECT ${which.join(', ')}, sum FROM ${name} ${rest}`)
    select.setReturnArrays(true)
    return select
  }
  const check = (row: unknown): Values => {
    const values = row as Value[]
    const sum = values.pop()
    if (sum !== sumOf(name, values.slice(0, columns.length))) throw damaged(one, folder)
    return values
  }
  const summed = (row: Values): SQLInputValue[] => [...row, sumOf(name, row.slice(0, columns.length))]
  const many = (select: ReturnType<typeof query>) => (...values: Value[]): Values[] => select.all(...values).map(check)
  return {
    all: rest => many(query(rest)),
    briefly: rest => many(query(rest, columns)),
    one: rest => {
      const select = query(rest)
      return (...values) => {
        const row = select.get(...values)
        return row === undefined ? undefined : check(row)
      }
    },
    *each() {
      for (const row of query('').iterate()) yield check(row)
    },
    add: row => Number(adding().run(...summed(row)).changes) > 0,
    insert: row => void inserting().run(...summed(row)),
    put: row => void putting().run(...summed(row)),
    remove: (...which) => Number(removing().run(...which).changes) > 0,
  }
}

function whenNeeded(db: DatabaseSync, sql: string): () => ReturnType<DatabaseSync['prepare']> {
  let statement: ReturnType<DatabaseSync['prepare']> | undefined
  return () => (statement ??= db.prepare(sql))
}
