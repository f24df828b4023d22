import * as encoding from 'lib0/encoding'

/*
 * Updates as no program of ours makes them: any struct, beside anything, of any content, in the bytes of Yjs' first encoding.
 */

export type CraftedId = readonly [client: number, clock: number]

export interface CraftedStruct {
  readonly after?: CraftedId
  readonly before?: CraftedId
  /** A root by its name, or a struct; needed where there are no neighbours. */
  readonly in?: string | CraftedId
  readonly name?: string
  readonly content: Content
}

/** The number of a content, and how it is written. */
export type Content =
  | { readonly is: 'garbage' | 'deleted' | 'skip'; readonly length: number }
  | { readonly is: 'letters'; readonly text: string }
  | { readonly is: 'values'; readonly values: readonly unknown[] }
  | { readonly is: 'type'; readonly number: number; readonly key?: string }
  | { readonly is: 'json'; readonly texts: readonly string[] }
  | { readonly is: 'binary'; readonly bytes: Uint8Array }
  | { readonly is: 'embed'; readonly json: string }
  | { readonly is: 'format'; readonly key: string; readonly json: string }
  | { readonly is: 'doc'; readonly guid: string; readonly options: unknown }
  | { readonly is: 'bytes'; readonly number: number; readonly bytes: Uint8Array }

export interface CraftedRow {
  readonly client: number
  readonly clock: number
  readonly structs: readonly CraftedStruct[]
  /** What is said of how many they are, where that is a lie. */
  readonly count?: number
}

export type CraftedDeletes = readonly (readonly [client: number, ranges: readonly (readonly [clock: number, length: number])[]])[]

const numbers = { garbage: 0, deleted: 1, json: 2, binary: 3, letters: 4, embed: 5, format: 6, type: 7, values: 8, doc: 9, skip: 10 } as const

export const letters = (text: string): Content => ({ is: 'letters', text })
export const value = (...values: unknown[]): Content => ({ is: 'values', values })
export const map: Content = { is: 'type', number: 1 }
export const text: Content = { is: 'type', number: 2 }
export const gone = (length = 1): Content => ({ is: 'deleted', length })

/** The bytes of an update. */
export function crafted(rows: readonly CraftedRow[], deletes: CraftedDeletes = []): Uint8Array {
  return encoding.encode(encoder => {
    encoding.writeVarUint(encoder, rows.length)
    for (const { client, clock, structs, count = structs.length } of rows) {
      encoding.writeVarUint(encoder, count)
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, clock)
      for (const struct of structs) writeStruct(encoder, struct)
    }
    encoding.writeVarUint(encoder, deletes.length)
    for (const [client, ranges] of deletes) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, ranges.length)
      for (const range of ranges) for (const figure of range) encoding.writeVarUint(encoder, figure)
    }
  })
}

/** An update of one struct, by a client that has made nothing before. */
export const one = (struct: CraftedStruct, client = 9, clock = 0): Uint8Array => crafted([{ client, clock, structs: [struct] }])

function writeStruct(encoder: encoding.Encoder, { after, before, in: home, name, content }: CraftedStruct): void {
  const number = content.is === 'bytes' ? content.number : numbers[content.is]
  const isItem = content.is !== 'garbage' && content.is !== 'skip'
  encoding.writeUint8(encoder, number | (after ? 128 : 0) | (before ? 64 : 0) | (name !== undefined ? 32 : 0))
  if (isItem) {
    for (const id of [after, before]) if (id) writeId(encoder, id)
    if (!after && !before) {
      encoding.writeVarUint(encoder, typeof home === 'string' ? 1 : 0)
      if (typeof home === 'string') encoding.writeVarString(encoder, home)
      else writeId(encoder, home ?? [0, 0])
      if (name !== undefined) encoding.writeVarString(encoder, name)
    }
  }
  writeContent(encoder, content)
}

function writeId(encoder: encoding.Encoder, [client, clock]: CraftedId): void {
  encoding.writeVarUint(encoder, client)
  encoding.writeVarUint(encoder, clock)
}

function writeContent(encoder: encoding.Encoder, content: Content): void {
  switch (content.is) {
    case 'garbage':
    case 'deleted':
    case 'skip':
      return encoding.writeVarUint(encoder, content.length)
    case 'letters':
      return encoding.writeVarString(encoder, content.text)
    case 'values':
      encoding.writeVarUint(encoder, content.values.length)
      for (const each of content.values) encoding.writeAny(encoder, each as never)
      return
    case 'type':
      encoding.writeVarUint(encoder, content.number)
      if (content.key !== undefined) encoding.writeVarString(encoder, content.key)
      return
    case 'json':
      encoding.writeVarUint(encoder, content.texts.length)
      for (const each of content.texts) encoding.writeVarString(encoder, each)
      return
    case 'binary':
      return encoding.writeVarUint8Array(encoder, content.bytes)
    case 'embed':
      return encoding.writeVarString(encoder, content.json)
    case 'format':
      encoding.writeVarString(encoder, content.key)
      return encoding.writeVarString(encoder, content.json)
    case 'doc':
      encoding.writeVarString(encoder, content.guid)
      return encoding.writeAny(encoder, content.options as never)
    case 'bytes':
      return encoding.writeUint8Array(encoder, content.bytes)
  }
}
