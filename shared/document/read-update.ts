import * as decoding from 'lib0/decoding'
import { contents, deepestValue, highestClient, mostClock, mostNameBytes, mostValueBytes, sharedType } from './stored.ts'

/*
 * The bytes of a Yjs update (V1), read strictly: what boards never store, and what is not exactly an update, is found here, before
 * any program that trusts it sees it. One step a struct and one pass over the bytes; nothing is made of what is only passed over.
 */

/** A place in what one client did. */
export interface Id {
  readonly client: number
  readonly clock: number
}

/** Why bytes are not taken. `broken`: they are no update; `unfit`: they hold what boards do not store; `large`: one thing in them is too large. */
export type Fault = 'broken' | 'unfit' | 'large'

/** Thrown by the reader; whoever reads a stranger's bytes catches it. */
export class UpdateFault extends Error {
  readonly fault: Fault

  constructor(fault: Fault, message: string) {
    super(message)
    this.fault = fault
  }
}

const broken = (what: string): never => {
  throw new UpdateFault('broken', what)
}
const unfit = (what: string): never => {
  throw new UpdateFault('unfit', what)
}

/** `unfit` is met only by readers that bear it: a content or a place that boards do not have. */
export type Kind = 'garbage' | 'deleted' | 'letters' | 'map' | 'text' | 'values' | 'skip' | 'unfit'

/** Bits beside the number of a content: whether a name, the change before and the change after follow. */
const bits = { number: 31, name: 32, before: 64, after: 128 } as const

export interface ReaderOptions {
  /** Names at the top of the document; another one is unfit. */
  readonly roots: readonly string[]
  /** Whether letters and values are made while they are passed over. */
  readonly makes?: boolean
  /** Whether what boards do not store is passed over as `unfit`, instead of thrown at: for what an earlier version took and kept. */
  readonly bears?: boolean
}

/**
 * Goes through the structs of an update, one after the other: `next()` moves on, the fields say what the present one is. Then
 * `nextDeleted()` goes through what the update deletes. Throws an UpdateFault at the first thing that is wrong.
 */
export class UpdateReader {
  readonly bytes: Uint8Array
  /** Who made the struct, its first change, and how many there are in it: letters, or values. */
  client = -1
  clock = 0
  length = 0
  kind: Kind = 'garbage'
  /** The change it was put after, and the one it was put before. */
  after: Id | undefined = undefined
  before: Id | undefined = undefined
  /** What it was put into, where it has no neighbours to tell: a root by its name, or a struct with a shared type. */
  home: string | Id | undefined = undefined
  /** By which name it is in there; nothing for letters, which stand in a row. */
  name: string | undefined = undefined
  /** Its first byte, the first one of its content, and the one after it. */
  from = 0
  body = 0
  to = 0
  /** Letters or values, where contents were asked for. */
  content: string | readonly unknown[] | undefined = undefined

  readonly #roots: readonly string[]
  readonly #makes: boolean
  readonly #bears: boolean
  #at = 0
  #clientsLeft: number
  #structsLeft = 0
  #nextClock = 0
  readonly #seen = new Set<number>()
  /** Clients and ranges of what is deleted that are still to come; −1 before it is known. */
  #rangesOf = -1
  #rangesLeft = 0
  #rangeEnd = 0
  readonly #deletedOf = new Set<number>()
  #lastId: Id = { client: -1, clock: -1 }
  /** Makes what is made. */
  readonly #lib0: decoding.Decoder

  constructor(bytes: Uint8Array, { roots, makes = false, bears = false }: ReaderOptions) {
    this.bytes = bytes
    this.#roots = roots
    this.#makes = makes
    this.#bears = bears
    this.#lib0 = decoding.createDecoder(bytes)
    this.#clientsLeft = this.#count(2)
  }

  /** Moves to the next struct; false after the last. */
  next(): boolean {
    while (this.#structsLeft === 0) {
      if (this.#clientsLeft === 0) return false
      this.#clientsLeft--
      this.#structsLeft = this.#count(2)
      this.client = this.#client()
      // Told of twice in one update, Yjs hears the second only.
      if (this.#seen.has(this.client)) broken('a client is named twice')
      if (this.#clientsLeft > 0 || this.#seen.size > 0) this.#seen.add(this.client)
      this.#nextClock = this.#uint()
    }
    this.#structsLeft--
    this.from = this.#at
    this.clock = this.#nextClock
    const info = this.#byte()
    const number = info & bits.number
    this.after = this.before = this.home = this.name = this.content = undefined
    if (number === contents.garbage || number === contents.skip) {
      // Yjs looks at these five bits only; written by Yjs the others are empty.
      if (info !== number) broken('a deleted stretch with neighbours')
      this.kind = number === contents.garbage ? 'garbage' : 'skip'
      this.body = this.#at
      this.length = this.#uint()
    } else {
      if (info & bits.after) this.after = this.#id()
      if (info & bits.before) this.before = this.#id()
      if (!this.after && !this.before) {
        this.home = this.#uint() === 1 ? this.#root() : this.#id()
        if (info & bits.name) this.name = this.#name()
      }
      this.body = this.#at
      if (this.#bears) this.#bearContent(number)
      else this.#content(number)
    }
    if (this.length < 1) broken('a struct of nothing')
    this.to = this.#at
    this.#nextClock += this.length
    if (this.#nextClock > mostClock) broken('more changes by one client than anybody makes')
    return true
  }

  /** After the last struct: moves to the next range of changes that the update deletes, by `client`, `clock` and `length`; false after the last. */
  nextDeleted(): boolean {
    if (this.#rangesOf < 0) this.#rangesOf = this.#count(2)
    while (this.#rangesLeft === 0) {
      if (this.#rangesOf === 0) {
        if (this.#at !== this.bytes.length) broken('bytes after the end')
        return false
      }
      this.#rangesOf--
      this.client = this.#client()
      if (this.#deletedOf.has(this.client)) broken('a client is named twice among what is deleted')
      this.#deletedOf.add(this.client)
      this.#rangesLeft = this.#count(2)
      this.#rangeEnd = 0
    }
    this.#rangesLeft--
    this.clock = this.#uint()
    // In order and apart: what is deleted once need not be looked for again and again.
    if (this.clock < this.#rangeEnd) broken('deleted ranges that overlap')
    this.length = this.#uint()
    this.#rangeEnd = this.clock + this.length
    if (this.length === 0 || this.#rangeEnd > mostClock) broken('a deleted range of nothing, or without end')
    return true
  }

  #content(number: number): void {
    switch (number) {
      case contents.deleted:
        this.kind = 'deleted'
        this.length = this.#uint()
        return
      case contents.letters: {
        this.kind = 'letters'
        const from = this.#at
        const size = this.#size()
        this.length = utf16Length(this.bytes, this.#at, size)
        this.#at += size
        if (this.#makes) this.content = this.#text(from)
        return
      }
      case contents.shared: {
        const type = this.#uint()
        this.kind = type === sharedType.map ? 'map' : type === sharedType.text ? 'text' : unfit('a shared type that boards do not hold')
        this.length = 1
        return
      }
      case contents.values: {
        this.kind = 'values'
        this.length = this.#count(1)
        const from = this.#at
        if (this.#makes) {
          const values: unknown[] = []
          for (let i = 0; i < this.length; i++) values.push(this.#value(deepestValue))
          this.content = values
        } else for (let i = 0; i < this.length; i++) this.#pass(deepestValue)
        if (this.#at - from > mostValueBytes) throw new UpdateFault('large', 'a value too large')
        return
      }
      default:
        unfit('a content that boards do not hold')
    }
  }

  /** The same for what an earlier version took: its place and length are found, whatever it is. */
  #bearContent(number: number): void {
    try {
      this.#content(number)
      if (typeof this.home === 'string' && !this.#roots.includes(this.home)) this.kind = 'unfit'
    } catch (error) {
      if (!(error instanceof UpdateFault) || error.fault === 'broken') throw error
      this.#at = this.body
      this.length = lengthOfAny(this.#lib0, this.body, number)
      this.#at = this.#lib0.pos
      this.kind = 'unfit'
    }
  }

  #byte(): number {
    const byte = this.bytes[this.#at++]
    return byte ?? broken('it breaks off')
  }

  /** As lib0 writes them: seven bits a byte, the lowest first. */
  #uint(): number {
    const first = this.#byte()
    if (first < 128) return first
    let value = first & 127
    for (let factor = 128; factor <= 2 ** 49; factor *= 128) {
      const byte = this.#byte()
      value += (byte & 127) * factor
      if (value > Number.MAX_SAFE_INTEGER) break
      if (byte < 128) return value
    }
    return broken('a number without end')
  }

  /** How many of something follow, each at least so many bytes: a number that lies is found before anything is made for it. */
  #count(leastBytes: number): number {
    const count = this.#uint()
    if (count * leastBytes > this.bytes.length - this.#at) broken('a count that lies')
    return count
  }

  #size(): number {
    const size = this.#uint()
    if (size > this.bytes.length - this.#at) broken('it breaks off')
    if (size > mostValueBytes) throw new UpdateFault('large', 'a text too large')
    return size
  }

  #client(): number {
    const client = this.#uint()
    return client <= highestClient ? client : broken('a client id that is none')
  }

  /** Most changes are made to the same record as the one before: the same object then. */
  #id(): Id {
    const client = this.#client()
    const clock = this.#uint()
    if (clock >= mostClock) broken('a change that cannot be')
    const { client: lastClient, clock: lastClock } = this.#lastId
    return client === lastClient && clock === lastClock ? this.#lastId : (this.#lastId = { client, clock })
  }

  #root(): string {
    const root = this.#name()
    return this.#roots.includes(root) || this.#bears ? root : unfit('a place that boards do not have')
  }

  #name(): string {
    const from = this.#at
    const size = this.#uint()
    if (size > this.bytes.length - this.#at) broken('it breaks off')
    if (size > mostNameBytes) throw new UpdateFault('large', 'a name too large')
    utf16Length(this.bytes, this.#at, size)
    this.#at += size
    return this.#known(from)
  }

  /** Passes over one value, as lib0 writes any. */
  #pass(levels: number): void {
    switch (this.#byte()) {
      case any.undefined:
      case any.null:
      case any.false:
      case any.true:
        return
      case any.integer:
        // A sign in the first byte, six bits beside it.
        if (this.#byte() & 128 && this.#uint() >= 2 ** 47) broken('a number without end')
        return
      case any.float32:
        return this.#skip(4)
      case any.float64:
      case any.bigint:
        return this.#skip(8)
      case any.string:
        return this.#passString()
      case any.list: {
        if (levels === 0) throw new UpdateFault('unfit', 'a value nested too deep')
        for (let count = this.#count(1); count > 0; count--) this.#pass(levels - 1)
        return
      }
      case any.object: {
        if (levels === 0) throw new UpdateFault('unfit', 'a value nested too deep')
        for (let count = this.#count(2); count > 0; count--) {
          this.#passString()
          this.#pass(levels - 1)
        }
        return
      }
      default:
        unfit('a value that is no JSON')
    }
  }

  #passString(): void {
    const size = this.#size()
    utf16Length(this.bytes, this.#at, size)
    this.#at += size
  }

  #skip(bytes: number): void {
    if (bytes > this.bytes.length - this.#at) broken('it breaks off')
    this.#at += bytes
  }

  /** Passes over one value and makes it. */
  #value(levels: number): unknown {
    const from = this.#at
    this.#pass(levels)
    if (this.bytes[from] === any.string) return this.#known(from + 1)
    this.#lib0.pos = from
    return decoding.readAny(this.#lib0) as unknown
  }

  #text(from: number): string {
    this.#lib0.pos = from
    return decoding.readVarString(this.#lib0)
  }

  /** A string that likely came before, such as a name or a person: the same string then, instead of another one. */
  #known(from: number): string {
    const { bytes } = this
    // Short ones have their length in one byte.
    const size = bytes[from] as number
    if (size > longestKnown) return this.#text(from)
    let place = size
    for (let at = from + 1; at <= from + size; at++) place = (place * 31 + (bytes[at] as number)) | 0
    const known = knownStrings[place & 1023]
    if (known?.length === size && isAscii(known, bytes, from + 1)) return known
    const text = this.#text(from)
    if (text.length === size) knownStrings[place & 1023] = text
    return text
  }
}

/** Passes over any content that Yjs knows, and returns how many changes it is. Throws where it breaks off, or is nested so deep that nobody can read it. */
function lengthOfAny(decoder: decoding.Decoder, from: number, number: number): number {
  decoder.pos = from
  const text = () => decoding.readVarUint8Array(decoder)
  try {
    switch (number) {
      case 2: {
        const count = decoding.readVarUint(decoder)
        for (let i = 0; i < count; i++) text()
        return count
      }
      case 3:
      case 5:
        text()
        return 1
      case contents.letters:
        return decoding.readVarString(decoder).length
      case 6:
        text()
        text()
        return 1
      case contents.shared:
        // Elements and hooks of XML have a name.
        if ([3, 5].includes(decoding.readVarUint(decoder))) text()
        return 1
      case contents.values: {
        const count = decoding.readVarUint(decoder)
        for (let i = 0; i < count; i++) decoding.readAny(decoder)
        return count
      }
      case 9:
        text()
        decoding.readAny(decoder)
        return 1
      default:
        return broken('a content that nobody knows')
    }
  } catch (error) {
    return error instanceof UpdateFault ? broken(error.message) : broken('it breaks off')
  }
}

const longestKnown = 64
const knownStrings: (string | undefined)[] = Array.from({ length: 1024 })

function isAscii(text: string, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[at + i] || text.charCodeAt(i) > 127) return false
  return true
}

/** How lib0 marks what a value is. Bytes (116) are no JSON. */
const any = { undefined: 127, null: 126, integer: 125, float32: 124, float64: 123, bigint: 122, false: 121, true: 120, string: 119, object: 118, list: 117 } as const

/** The length in UTF-16 units of so many bytes of UTF-8. Throws where they are none: lib0 would throw, too. */
function utf16Length(bytes: Uint8Array, from: number, size: number): number {
  const end = from + size
  let at = from
  while (at < end && (bytes[at] as number) < 128) at++
  let units = at - from
  while (at < end) {
    const byte = bytes[at] as number
    if (byte < 128) {
      at++
      units++
      continue
    }
    // Lead bytes, as Unicode's table of well-formed sequences has them (3-7): no overlong forms, no surrogates, nothing beyond U+10FFFF.
    const more = byte >= 0xc2 && byte <= 0xdf ? 1 : byte >= 0xe0 && byte <= 0xef ? 2 : byte >= 0xf0 && byte <= 0xf4 ? 3 : broken('letters that are none')
    if (at + more >= end) broken('letters that are none')
    const second = bytes[at + 1] as number
    const least = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80
    const most = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf
    if (second < least || second > most) broken('letters that are none')
    for (let i = 2; i <= more; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) broken('letters that are none')
    at += more + 1
    units += more === 3 ? 2 : 1
  }
  return units
}
