import * as Y from 'yjs'
import type { Id } from '../../shared/document/read-update.ts'
import { deepestType } from '../../shared/document/stored.ts'
import type { Struct } from './parsed-update.ts'

/** A shared type that a struct stands in: one of the document, or one that comes with the same update. */
export type Container = Y.AbstractType<unknown> | Struct

/** Where a struct stands: in which shared type, and by which name in it. */
export interface Place {
  /** Nothing where what it was put beside or into is gone: then it is nowhere, and Yjs keeps no content of it. */
  readonly inside: Container | undefined
  readonly name: string | undefined
  /** Which root `inside` is; nothing further down. */
  readonly root: string | undefined
  readonly isText: boolean
  /** Shared types around `inside`. */
  readonly depth: number
}

export const nowhere: Place = { inside: undefined, name: undefined, root: undefined, isText: false, depth: 0 }

/** A document that updates are judged against. */
export interface Judged {
  readonly doc: Y.Doc
  readonly roots: readonly string[]
}

export const isLive = (container: Container): container is Y.AbstractType<unknown> => container instanceof Y.AbstractType
/** The last item by each name of a shared type, and its first item in a row: nothing of Yjs' public names leads to them without reading all. */
export const entriesOf = (type: Y.AbstractType<unknown>): ReadonlyMap<string, Y.Item> => type['_map']
export const firstOf = (type: Y.AbstractType<unknown>): Y.Item | null => type['_start']

export type LiveStruct = Y.Item | Y.GC

/** All that one client did in a document, in order and without gaps. */
export const liveStructsOf = ({ doc }: Judged, client: number): readonly LiveStruct[] | undefined => doc.store.clients.get(client)

/** How many changes of a client a document has. */
export const lengthBy = ({ doc }: Judged, client: number): number => Y.getState(doc.store, client)

/** The index of the struct that holds a change; it must be there. */
export const indexOf = (structs: readonly LiveStruct[], clock: number): number => Y.findIndexSS(structs as LiveStruct[], clock)

/** The struct of a document that holds a change; nothing where it has not come. */
export function liveAt(against: Judged, { client, clock }: Id): LiveStruct | undefined {
  if (clock >= Y.getState(against.doc.store, client)) return undefined
  const structs = liveStructsOf(against, client)
  return structs?.[indexOf(structs, clock)]
}

export function placeOfRoot({ doc }: Judged, root: string, name: string | undefined): Place {
  return { inside: doc.get(root, Y.Map) as Y.AbstractType<unknown>, name, root, isText: false, depth: 0 }
}

/** Where a struct of the document stands. */
export function placeOfLive(against: Judged, struct: LiveStruct): Place {
  if (!(struct instanceof Y.Item)) return nowhere
  const inside = struct.parent as Y.AbstractType<unknown> | null
  return inside ? inLive(against, inside, struct.parentSub ?? undefined) : nowhere
}

/** What is put into a struct of the document stands there, where it is a shared type and not gone. */
export function placeInLive(against: Judged, struct: LiveStruct, name: string | undefined): Place {
  return struct instanceof Y.Item && struct.content instanceof Y.ContentType ? inLive(against, struct.content.type as Y.AbstractType<unknown>, name) : nowhere
}

export function placeIn(made: Struct, name: string | undefined): Place {
  const { place } = made
  return (made.kind === 'map' || made.kind === 'text') && place?.inside ? { inside: made, name, root: undefined, isText: made.kind === 'text', depth: place.depth + 1 } : nowhere
}

function inLive({ doc, roots }: Judged, inside: Y.AbstractType<unknown>, name: string | undefined): Place {
  let depth = 0
  for (let at = inside.parent; at && depth <= deepestType; depth++) at = at.parent
  return { inside, name, root: depth === 0 ? roots.find(root => doc.share.get(root) === inside) : undefined, isText: inside instanceof Y.Text, depth }
}
