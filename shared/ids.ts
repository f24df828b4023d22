declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** A board's public name, in its address. */
export type BoardId = Branded<'board'>
/** A card, relation, structure or drawing on one board; what tldraw calls `shape:<id>`. */
export type RecordId = Branded<'record'>
/** One person on one board; the server gives it out when they join. */
export type ParticipantId = Branded<'participant'>

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A random name of base-62 letters; 12 of them carry 71 bits, so no two people make the same one. */
export function newId<Id extends string = RecordId>(length = 12): Id {
  let id = ''
  while (id.length < length) {
    // 248 = 4 × 62: higher bytes are thrown away, so that every letter is as likely as any other.
    for (const byte of crypto.getRandomValues(new Uint8Array(length * 2))) if (byte < 248 && id.length < length) id += alphabet[byte % 62]
  }
  return id as Id
}

/** Whether a stranger's text can be an id: letters, digits, `-` and `_`, as tldraw and we make them. */
export const isId = (value: unknown): value is RecordId => typeof value === 'string' && /^[\w-]{1,64}$/.test(value)
