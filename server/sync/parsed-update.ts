import { type Id, type Kind, type ReaderOptions, UpdateReader } from '../../shared/document/read-update.ts'
import type { Place } from './places.ts'

/** What was made in one go, as it lies in the bytes of an update. */
export interface Struct extends Id {
  /** The clock after its last change. */
  readonly end: number
  kind: Kind
  readonly after: Id | undefined
  readonly before: Id | undefined
  readonly home: string | Id | undefined
  readonly name: string | undefined
  /** Its bytes, and where its content begins among them. */
  readonly from: number
  readonly body: number
  readonly to: number
  /** Where it will stand; known once it is judged. */
  place: Place | undefined
  /** What taking it up costs beyond its own bytes, in steps. */
  steps: number
}

/** Everything one client did in an update, in order. */
export interface Row {
  readonly client: number
  readonly structs: readonly Struct[]
}

/** Changes of one client, from a clock up to another. */
export interface Range {
  readonly client: number
  readonly from: number
  readonly to: number
}

export interface ParsedUpdate {
  readonly bytes: Uint8Array
  readonly rows: readonly Row[]
  readonly deleted: readonly Range[]
}

/** After how many structs a reader of a large update asks whether others should have their turn. */
const structsATurn = 2_048

/** What an update holds. Throws an UpdateFault where it is none that boards could store; yields now and then, so that others get their turn. */
export function* parseUpdate(bytes: Uint8Array, options: ReaderOptions): Generator<void, ParsedUpdate> {
  const reader = new UpdateReader(bytes, options)
  const rows: Row[] = []
  let structs: Struct[] = []
  let client = -1
  let count = 0
  while (reader.next()) {
    if (reader.client !== client) {
      client = reader.client
      structs = []
      rows.push({ client, structs })
    }
    structs.push(structOf(reader))
    if (++count % structsATurn === 0) yield
  }
  const deleted: Range[] = []
  while (reader.nextDeleted()) {
    deleted.push({ client: reader.client, from: reader.clock, to: reader.clock + reader.length })
    if (++count % structsATurn === 0) yield
  }
  return { bytes, rows, deleted }
}

const structOf = ({ client, clock, length, kind, after, before, home, name, from, body, to }: UpdateReader): Struct => ({
  client,
  clock,
  end: clock + length,
  kind,
  after,
  before,
  home,
  name,
  from,
  body,
  to,
  place: undefined,
  steps: 0,
})

/** Runs something that yields to its end at once: for what is small. */
export function atOnce<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}
