import * as Y from 'yjs'
import { must } from '../assert.ts'
import { createRecord, type Flat, FORMAT, key, readEnd, recordsOf, writeMeta } from '../board.ts'
import type { BoardFile } from '../file.ts'
import { flatRecords } from '../file-in.ts'
import { newId } from '../ids.ts'
import { isList, type Json, readWords } from '../json.ts'
import { pictureSource } from '../pictures.ts'
import { anonymous } from '../people.ts'
import { counted, ImportError } from './imported.ts'

/** What of a file comes onto a board that is there already: nobody's views, nobody's name, and ids nobody has. */
export interface Parcel {
  /** A document of its own, as a Yjs update. Pictures are not in it. */
  readonly update: Uint8Array
  readonly pictures: readonly ParcelPicture[]
  readonly warnings: readonly string[]
}

export interface ParcelPicture {
  /** How drawings of the parcel call it. */
  readonly asset: string
  /** Its bytes as a data: address. */
  readonly data: string
}

/** More than this is a change too large for the server to share; a quarter less than what it takes. */
export const mostBytesAtOnce = 3 * 2 ** 20

/** Packs a checked file. Throws an ImportError where it is too much for one change. */
export function parcelOf(file: BoardFile): Parcel {
  const { assets = [], ...rest } = standing(anonymous(file))
  const ids = freshIds(file)
  const held = new Map(assets.flatMap(({ id, data }) => (data === undefined ? [] : [[pictureSource(id), data] as const])))
  const pictures = rest.drawings.flatMap(({ id, type, props }) => {
    const data = type === 'asset' ? held.get(readWords(props?.['src'])) : undefined
    return data === undefined ? [] : [{ asset: id, data }]
  })
  const there = new Set(pictures.map(({ asset }) => asset))
  const cards = new Set(file.cards.map(({ id }) => id))
  const drawings = rest.drawings.filter(({ type, props }) => type !== 'asset' && (type !== 'image' || there.has(readWords(props?.['assetId']))))
  const relations = rest.relations.filter(({ from, to }) => cards.has(from) && cards.has(to))
  const lost = rest.drawings.filter(({ type }) => type === 'image').length - drawings.filter(({ type }) => type === 'image').length

  const doc = new Y.Doc()
  doc.transact(() => {
    writeMeta(doc, { format: FORMAT, schema: file.tldraw as Json | undefined })
    for (const [id, flat] of flatRecords({ ...rest, drawings, relations })) createRecord(recordsOf(doc), must(ids.get(id), 'A record got no id'), new Map(renewed(flat, ids)))
  })
  const update = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  if (update.length > mostBytesAtOnce) throw new ImportError(`This is too much to bring into a board at once: ${(update.length / 2 ** 20).toFixed(1)} MB, and at most ${mostBytesAtOnce / 2 ** 20} MB can be. Open it as a board of its own from the first page, or bring in a part of it.`)
  return { update, pictures, warnings: lost ? [`${counted(lost, 'picture')} ${lost === 1 ? 'is' : 'are'} not in the file and ${lost === 1 ? 'was' : 'were'} left out.`] : [] }
}

/** Parents that are not in the file, or that lie in themselves, are let go: what they held stands on the board. */
function standing(file: BoardFile): BoardFile {
  const parents = new Map<string, string | undefined>([...file.cards, ...file.relations, ...file.structures, ...file.drawings].map(({ id, in: inside }) => [id, inside]))
  const cards = new Set(file.cards.map(({ id }) => id))
  const stands = (id: string): boolean => {
    const seen = new Set<string>()
    for (let at = parents.get(id); at !== undefined; at = parents.get(at)) {
      if (seen.has(at) || at === id || !parents.has(at) || cards.has(at) || seen.size > 32) return false
      seen.add(at)
    }
    return true
  }
  const loosened = <I extends { id: string; in?: string | undefined }>(item: I): I => {
    if (item.in === undefined || stands(item.id)) return item
    const { in: _gone, ...rest } = item
    return rest as unknown as I
  }
  return { ...file, cards: file.cards.map(loosened), relations: file.relations.map(loosened), structures: file.structures.map(loosened), drawings: file.drawings.map(loosened) }
}

/**
 * An id nobody has for everything that is drawn. Handed out in the order in which things were made, which some readings go by: a
 * wheel's centre is its oldest change, and of changes of one moment the one with the first id.
 */
function freshIds({ cards, relations, structures, drawings }: BoardFile): Map<string, string> {
  const age = ({ at }: Readonly<Record<string, unknown>>): string => (typeof at === 'string' ? at : '')
  const old: Readonly<Record<string, unknown> & { id: string }>[] = [...structures, ...drawings.filter(({ type }) => type !== 'asset'), ...relations, ...cards]
  old.sort((a, b) => (age(a) < age(b) ? -1 : age(a) > age(b) ? 1 : a.id < b.id ? -1 : 1))
  const fresh = old.map(() => newId()).sort((a, b) => (a < b ? -1 : 1))
  return new Map(old.map(({ id }, i) => [id, fresh[i] as string]))
}

/** A record with every id it names made anew. */
function* renewed(flat: Flat, ids: ReadonlyMap<string, string>): Generator<[string, Json]> {
  for (const [name, value] of flat) {
    if (name === key.place && isList(value)) {
      const [parent, ...rest] = value
      yield [name, [ids.get(readWords(parent)) ?? '', ...rest]]
    } else if (name === key.from || name === key.to) {
      const end = readEnd(value)
      const next = end && ids.get(end)
      if (next !== undefined) yield [name, isList(value) ? [next, ...value.slice(1)] : next]
    } else yield [name, value]
  }
}
