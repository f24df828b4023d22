import * as Y from 'yjs'
import { changeRecord, createRecord, type Flat, key, metaMapOf, readFlat, recordsOf } from '../../shared/board.ts'
import type { BoardId } from '../../shared/ids.ts'
import { isList, isObject, type Json, sameJson } from '../../shared/json.ts'
import { readViewKey } from '../../shared/views.ts'
import { docIdOf } from '../documents.ts'
import { compactUpdates, toCompact } from '../log/compact.ts'
import type { DocId } from '../storage/log.ts'
import { noteOf, readNote } from '../storage/notes.ts'
import type { NewStrip, PackedStrip } from '../storage/sqlite-history.ts'
import type { Store } from '../storage/sqlite.ts'
import { emptyDocument, hydrateAtOnce } from '../sync/hydrate.ts'
import { entriesOf } from '../sync/places.ts'
import { readStrip } from './moments.ts'
import { packBytes, packRemovals, packSteps, type RemovedRecord, unpackBytes, unpackRemovals, unpackSteps } from './pack.ts'

/* Takes a person, or words, out of a board and out of everything that is kept of what it was. */

/** What is to go. */
export interface ToErase {
  /** Id of a person: as author, as editor, and what they think of anything. */
  readonly person?: string
  /** Whether the texts of the cards they made go as well. */
  readonly texts?: boolean
  /** Words, wherever they are written. */
  readonly words?: string
}

/** Stands where words were. */
const blank = '…'

const isTheirView = (name: string, { person }: ToErase): boolean => person !== undefined && (readViewKey(name)?.[1] as string | undefined) === person

/** A record without what is to go. */
export function erasedFlat(flat: Flat, what: ToErase): Flat {
  const { person, texts } = what
  const out = new Map<string, Json>()
  const isTheirs = person !== undefined && flat.get(key.by) === person
  for (const [name, value] of flat) {
    if (isTheirView(name, what)) continue
    if (name === key.by && isTheirs) continue
    if (name === key.edited && person !== undefined && isList(value) && value[0] === person) continue
    if (name === key.text && isTheirs && texts) out.set(name, '')
    else out.set(name, withoutWords(value, what))
  }
  return out
}

function withoutWords(value: Json, { words }: ToErase): Json {
  if (!words) return value
  if (typeof value === 'string') return value.replaceAll(words, blank)
  if (isList(value)) return value.map(each => withoutWords(each, { words }))
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, each]) => [name.replaceAll(words, blank), withoutWords(each as Json, { words })]))
  return value
}

/** Brings some records of a document, and what the board says of itself, to what they say elsewhere. */
function follow(doc: Y.Doc, said: (id: string) => Flat | undefined, ids: Iterable<string>, meta: ReadonlyMap<string, Json>): void {
  const records = recordsOf(doc)
  doc.transact(() => {
    for (const id of ids) {
      const next = said(id)
      const record = records.get(id)
      if (!next) {
        if (record) records.delete(id)
        continue
      }
      const now = readFlat(record)
      if (!record || !now) {
        createRecord(records, id, next)
        continue
      }
      for (const name of new Set([...now.keys(), ...next.keys()])) if (!sameJson(now.get(name), next.get(name) as Json)) changeRecord(record, name, next.get(name))
    }
    const map = metaMapOf(doc)
    for (const name of new Set([...map.keys(), ...meta.keys()])) {
      const value = meta.get(name)
      if (value === undefined) map.delete(name)
      else if (!sameJson(map.get(name) as Json, value)) map.set(name, value)
    }
  })
}

const metaOf = (doc: Y.Doc, what: ToErase): Map<string, Json> => new Map([...metaMapOf(doc).entries()].map(([name, value]) => [name, withoutWords(value as Json, what)]))

/** Erases it from the board as it is; false where what the board's log says cannot be put together in one piece, so that nothing is sure. */
async function eraseNow({ log }: Pick<Store, 'log'>, doc: DocId, what: ToErase, at: number): Promise<boolean> {
  const stored = await log.load(doc)
  const { doc: live, leftOut } = hydrateAtOnce('canvas', toCompact(stored))
  if (leftOut) return false
  const before = Y.encodeStateVector(live)
  const records = recordsOf(live)
  const said = new Map([...records.entries()].flatMap(([id, record]) => {
    const flat = readFlat(record)
    return flat ? [[id, erasedFlat(flat, what)] as const] : []
  }))
  live.transact(() => {
    follow(live, id => said.get(id), said.keys(), metaOf(live, what))
    // A map remembers the name of every key it ever had: one that had theirs is made anew.
    for (const [id, record] of [...records.entries()]) {
      const flat = said.get(id)
      if (flat && [...entriesOf(record as Y.AbstractType<unknown>).keys()].some(name => isTheirView(name, what))) createRecord(records, id, flat)
    }
  })
  await log.append([{ doc, data: Y.encodeStateAsUpdate(live, before), at }])
  live.destroy()
  const all = await log.load(doc)
  const made = compactUpdates('canvas', toCompact(all))
  // What is kept of what it replaces would hold what is to go.
  if (made) await log.compact(doc, all.upTo, made.snapshot, made.vector, made.records)
  return made !== undefined
}

/** The same moments without it, told by a document that never held it. */
function erasedStrips(strips: readonly PackedStrip[], what: ToErase): NewStrip[] {
  const made: NewStrip[] = []
  let before: PackedStrip | undefined
  let [told, own] = [emptyDocument('canvas').doc, emptyDocument('canvas').doc]
  const touched = new Set<string>()
  const begin = (): void => {
    ;[told, own] = [emptyDocument('canvas').doc, emptyDocument('canvas').doc]
    const records = recordsOf(told)
    records.observeDeep(events => {
      for (const event of events) for (const id of event.path.length ? [String(event.path[0])] : event.keys.keys()) touched.add(id)
    })
  }
  const step = (data: Uint8Array): Uint8Array => {
    touched.clear()
    Y.applyUpdate(told, data)
    const vector = Y.encodeStateVector(own)
    const records = recordsOf(told)
    follow(own, id => {
      const flat = readFlat(records.get(id))
      return flat && erasedFlat(flat, what)
    }, touched, metaOf(told, what))
    return Y.encodeStateAsUpdate(own, vector)
  }
  for (const strip of strips) {
    const read = readStrip(strip)
    if (!read || (before?.upTo !== strip.since && !strip.isWhole)) {
      before = undefined
      continue
    }
    if (before?.upTo !== strip.since) {
      begin()
      if (read.base) step(read.base)
    }
    const base = strip.since === 0 || !strip.isWhole ? undefined : packBytes(Y.encodeStateAsUpdate(own))
    const steps = read.steps.map(({ seq, note, data }) => {
      const { at, by } = readNote(note)
      return { seq, note: noteOf({ at, by: by.filter(each => each !== what.person) }), data: step(data) }
    })
    const { since, upTo, began, ended, due } = strip
    made.push({ since, upTo, began, ended, steps: steps.length, due, base, data: packSteps(steps) })
    before = strip
  }
  return made
}

const erasedRecord = ([id, values]: RemovedRecord, what: ToErase): RemovedRecord => [id, [...erasedFlat(new Map(values), what)]]

/** How many places were looked through, and in how many something of it was found all the same. */
export interface Erased {
  readonly looked: number
  readonly found: number
}

/** Erases something from a board and its history, writes over the room it had, and looks through all of it afterwards. Nothing where the board cannot be read whole. */
export async function erase(store: Pick<Store, 'log' | 'history' | 'people' | 'claims' | 'scrub'>, board: BoardId, what: ToErase, at: number): Promise<Erased | undefined> {
  const doc = docIdOf(board, 'canvas')
  await store.scrub.begin()
  if (!(await eraseNow(store, doc, what, at))) return undefined
  const strips = await store.history.read(doc, 0, Number.MAX_SAFE_INTEGER)
  if (strips.length) await store.history.swap(doc, erasedStrips(strips, what), strips.map(({ upTo }) => upTo))
  for (const { upTo, data } of await store.history.removals(doc, 0)) {
    const removals = data && unpackRemovals(data).map(removal => ({ ...removal, by: removal.by.filter(each => each !== what.person), records: removal.records.map(record => erasedRecord(record, what)) }))
    await store.history.rewrite(doc, upTo, removals && packRemovals(removals))
  }
  const person = what.person === undefined ? undefined : (await store.people.all(board)).find(({ id }) => (id as string) === what.person)
  if (person) {
    await store.people.save({ ...person, name: '', sector: '' })
    await store.people.remove(board, person.id)
  }
  await store.scrub.end()
  return lookThrough(store, doc, what)
}

/** Everything that is kept of a board, unpacked, searched for what should be gone. */
async function lookThrough({ log, history }: Pick<Store, 'log' | 'history'>, doc: DocId, { person, words }: ToErase): Promise<Erased> {
  const sought = [person, words].filter(each => each !== undefined && each !== '').map(each => Buffer.from(each as string))
  let [looked, found] = [0, 0]
  const look = (bytes: Uint8Array | string): void => {
    const all = Buffer.from(bytes as string)
    looked++
    if (sought.some(each => all.includes(each))) found++
  }
  const { snapshot, entries, notes = [] } = await log.load(doc)
  for (const each of [...(snapshot ? [snapshot] : []), ...entries, ...notes.filter(note => note !== undefined)]) look(each)
  for (const { held } of await history.read(doc, 0, Number.MAX_SAFE_INTEGER)) {
    if (!held) continue
    if (held.base) look(unpackBytes(held.base))
    look(unpackBytes(held.data))
    for (const { note } of unpackSteps(held.data)) if (note !== undefined) look(note)
  }
  for (const { data } of await history.removals(doc, 0)) if (data) look(unpackBytes(data))
  return { looked, found }
}
