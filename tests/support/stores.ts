import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import type { PictureHash } from '../../shared/pictures.ts'
import type { DocId } from '../../server/storage/log.ts'
import { openReader } from '../../server/storage/reading.ts'
import type { Asset, Deed, Isolation, Link, Person, SavedTemplate } from '../../server/storage/register.ts'
import { openStore, type Store, StoreError } from '../../server/storage/sqlite.ts'
import { random } from './random.ts'
import { removeFolder, temporaryFolder } from './server.ts'

/* Stores to be damaged, together with all that was written to them and called kept. */

/** What a store must give, piece by piece; each is whole or said to be damaged. */
export type Pieces = ReadonlyMap<string, string>

/** A folder as it lies on disk, and what is in it. */
export interface Sample {
  readonly name: string
  readonly folder: string
  readonly kept: Kept
}

/** Everything that was written. */
export interface Kept {
  readonly boards: { readonly id: BoardId; readonly created: number }[]
  readonly links: Map<string, Link>
  readonly people: Map<string, Person>
  readonly deeds: Deed[]
  readonly templates: Map<string, SavedTemplate>
  readonly assets: Map<string, Asset>
  readonly pictures: Map<PictureHash, Buffer>
  readonly claims: Map<BoardId, Map<number, ParticipantId>>
  readonly isolations: Map<DocId, Isolation>
  /** What each document says, in whatever pieces it is kept. */
  readonly docs: Map<DocId, Buffer>
  key: Uint8Array
}

const nothingKept = (): Kept => ({ boards: [], links: new Map(), people: new Map(), deeds: [], templates: new Map(), assets: new Map(), pictures: new Map(), claims: new Map(), isolations: new Map(), docs: new Map(), key: new Uint8Array() })

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

type Pick = (n: number) => number

const bytesOf = (pick: Pick, length: number): Buffer => Buffer.from(Uint8Array.from({ length }, () => pick(256)))
const now = 1_790_000_000_000

/** Writes to a store and notes what was written. */
function writing(store: Store, kept: Kept, pick: Pick) {
  kept.key = store.signingKey
  const append = async (doc: DocId, ...entries: Buffer[]): Promise<void> => {
    await store.log.append(entries.map(data => ({ doc, data })))
    kept.docs.set(doc, Buffer.concat([kept.docs.get(doc) ?? Buffer.alloc(0), ...entries]))
  }
  const anyBoard = (): BoardId => (kept.boards[pick(kept.boards.length)] as { id: BoardId }).id
  const person = (board: BoardId, nth: number): Person => ({ board, id: `p${nth}` as ParticipantId, name: `Person ${nth} ü`, sector: 'Academia', link: nth % 3 ? `l-${board}-0` : undefined, keyHash: nth % 2 ? sha256(Buffer.from(`${board} ${nth}`)) : undefined, role: nth % 4 ? undefined : 'observer' })
  const link = (board: BoardId, nth: number): Link => ({ id: `l-${board}-${nth}`, board, role: 'participant', hash: sha256(Buffer.from(`secret ${board} ${nth}`)), created: now + nth, closed: undefined })
  const steps = {
    async board() {
      const id = `b${kept.boards.length}-${pick(1e9)}` as BoardId
      const [links, people] = [Array.from({ length: 3 }, (_, nth) => link(id, nth)), Array.from({ length: pick(3) }, (_, nth) => person(id, nth))]
      const content = bytesOf(pick, 20 + pick(3_000))
      await store.boards.create({ id, created: now + kept.boards.length, links, people, content })
      kept.boards.push({ id, created: now + kept.boards.length })
      for (const each of links) kept.links.set(each.id, each)
      for (const each of people) kept.people.set(`${id} ${each.id}`, each)
      kept.docs.set(id as string as DocId, content)
    },
    async entry() {
      await append((pick(4) ? anyBoard() : `${anyBoard()}/session`) as string as DocId, ...Array.from({ length: 1 + pick(3) }, () => bytesOf(pick, pick(8) ? 1 + pick(300) : pick(20_000))))
    },
    async together() {
      const entries = Array.from({ length: 1 + pick(8) }, () => ({ doc: anyBoard() as string as DocId, data: bytesOf(pick, 1 + pick(200)) }))
      await store.log.append(entries)
      for (const { doc, data } of entries) kept.docs.set(doc, Buffer.concat([kept.docs.get(doc) ?? Buffer.alloc(0), data]))
    },
    async person() {
      const each = person(anyBoard(), pick(30))
      const known = kept.people.get(`${each.board} ${each.id}`)
      const saved = known ? { ...known, name: `${each.name}!`, sector: 'Industry', role: each.role } : each
      await store.people.save(saved)
      kept.people.set(`${each.board} ${each.id}`, saved)
    },
    async gone() {
      const known = [...kept.people.values()][pick(Math.max(1, kept.people.size))]
      if (!known) return
      await store.people.remove(known.board, known.id)
      kept.people.set(`${known.board} ${known.id}`, { ...known, link: undefined, keyHash: undefined })
    },
    async link() {
      const each = link(anyBoard(), 3 + kept.links.size)
      await store.links.add(each)
      kept.links.set(each.id, each)
    },
    async closed() {
      const open = [...kept.links.values()].find(each => each.closed === undefined)
      if (!open) return
      await store.links.close(open.board, open.id, now + 7)
      kept.links.set(open.id, { ...open, closed: now + 7 })
    },
    async deed() {
      const deed: Deed = { board: anyBoard(), at: now + pick(1_000), who: `p${pick(30)}` as ParticipantId, did: 'closed a link', about: `l${pick(30)}` }
      await store.audit.note(deed)
      kept.deeds.push(deed)
    },
    async template() {
      const template = { id: `saved${kept.templates.size}`, created: now + kept.templates.size, keyHash: sha256(bytesOf(pick, 4)), file: JSON.stringify({ title: `T${pick(100)}`, text: 'x'.repeat(pick(6_000)) }) }
      await store.templates.add(template, 1_000)
      kept.templates.set(template.id, template)
    },
    async claim() {
      const [board, client, participant] = [anyBoard(), pick(2 ** 31), `p${pick(5)}` as ParticipantId] as const
      await store.claims.add(board, client, participant)
      const all = kept.claims.get(board) ?? new Map<number, ParticipantId>()
      kept.claims.set(board, all)
      if (!all.has(client)) all.set(client, participant)
    },
    async isolation() {
      const isolation: Isolation = { doc: anyBoard() as string as DocId, since: now, until: now + 1e12 + pick(1e6), faults: 1 + pick(5), cause: 'it hung' }
      await store.isolations.set(isolation)
      kept.isolations.set(isolation.doc, isolation)
    },
    async picture() {
      const bytes = bytesOf(pick, 100 + pick(70_000))
      const received = await store.pictureFiles.receive([bytes], 1e6)
      await store.pictureFiles.keep(received)
      const asset: Asset = { board: anyBoard(), hash: received.hash, type: 'image/png', size: bytes.length, by: pick(2) ? (`p${pick(9)}` as ParticipantId) : undefined, at: now }
      await store.assets.add(asset)
      kept.assets.set(`${asset.board} ${asset.hash}`, asset)
      kept.pictures.set(asset.hash, bytes)
    },
    /** A snapshot here is what the entries say one after the other, so that what a document says is the same before and after. */
    async fold() {
      const doc = [...kept.docs.keys()][pick(kept.docs.size)] as DocId
      const { snapshot, entries, upTo } = await store.log.load(doc)
      const after = pick(2) ? bytesOf(pick, 30) : undefined
      if (after) await append(doc, after)
      await store.log.compact(doc, upTo, Buffer.concat([...(snapshot ? [snapshot] : []), ...entries]), bytesOf(pick, 5 + pick(40)), pick(2) ? pick(1_000) : undefined)
    },
  }
  return steps
}
type Steps = ReturnType<typeof writing>
type Step = keyof Steps

async function run(steps: Steps, pick: Pick, count: number, which: readonly Step[]): Promise<void> {
  if (count) await steps.board()
  for (let i = 0; i < count; i++) await steps[which[pick(which.length)] as Step]()
}

const register: readonly Step[] = ['person', 'gone', 'link', 'closed', 'deed', 'template', 'claim', 'isolation']

/** How each sample is made; what is left lying is a server that was killed. */
const recipes: Readonly<Record<string, (folder: string, pick: Pick) => Promise<{ kept: Kept; left: boolean }>>> = {
  async fresh(folder, pick) {
    return { kept: await filled(folder, pick, 12, ['board', 'entry', ...register]), left: false }
  },
  async killed(folder, pick) {
    return { kept: await filled(folder, pick, 60, ['board', 'entry', 'together', 'entry', ...register], true), left: true }
  },
  async killedLate(folder, pick) {
    // Long enough for SQLite to have brought a part of its log into the database.
    return { kept: await filled(folder, pick, 420, ['entry', 'together', 'fold', ...register], true), left: true }
  },
  async folded(folder, pick) {
    return { kept: await filled(folder, pick, 120, ['board', 'entry', 'together', 'fold', 'fold']), left: false }
  },
  async pictures(folder, pick) {
    return { kept: await filled(folder, pick, 30, ['picture', 'board', 'entry', 'picture']), left: false }
  },
  async migrated(folder, pick) {
    return { kept: await filled(folder, pick, 0, [], false, oldStore(folder, pick)), left: false }
  },
  async migratedKilled(folder, pick) {
    const kept = oldStore(folder, pick)
    return { kept: await filled(folder, pick, 30, ['entry', 'fold', ...register], true, kept), left: true }
  },
  async many(folder, pick) {
    return { kept: await filled(folder, pick, 250, ['board', 'board', 'entry', 'person', 'claim']), left: false }
  },
}

/** A store filled by seeded steps, as it lies in its folder once it is closed; or, where it is `left`, as it lies while it is open. */
async function filled(folder: string, pick: Pick, count: number, which: readonly Step[], left = false, kept = nothingKept()): Promise<Kept> {
  const store = openStore(folder)
  await run(writing(store, kept, pick), pick, count, which)
  if (left) cpSync(folder, leftOf(folder), { recursive: true })
  store.close()
  return kept
}

const leftOf = (folder: string): string => `${folder}-left`

/** A store as each earlier version made it. */
export const oldVersions = [1, 2, 3, 4, 5, 6, 7] as const
export type OldVersion = (typeof oldVersions)[number]

export function makeOldStore(folder: string, version: OldVersion, also: (db: DatabaseSync) => void = () => undefined): void {
  mkdirSync(folder, { recursive: true })
  const db = new DatabaseSync(join(folder, 'boards.sqlite'))
  db.exec(readFileSync(join(import.meta.dirname, `../fixtures/stores/version-${version}.sql`), 'utf8'))
  also(db)
  db.close()
}

/** What the fixture of an old version holds. */
export function oldKept(version: OldVersion): Kept {
  const kept = nothingKept()
  const [old, bare] = ['old' as BoardId, 'bare' as BoardId]
  const of = (text: string): Buffer => sha256(Buffer.from(text))
  kept.boards.push({ id: old, created: now + 1 }, { id: bare, created: now + 2 })
  for (const [id, role, secret, closed] of [['l1', 'facilitator', 'one', undefined], ['l2', 'participant', 'two', now + 9]] as const) kept.links.set(id, { id, board: old, role, hash: of(secret), created: now + 1, closed })
  const [ana, imported] = ['p1' as ParticipantId, 'p2' as ParticipantId]
  kept.people.set('old p1', { board: old, id: ana, name: 'Ana Ünal', sector: 'Academia', link: 'l1', keyHash: of('key'), role: version >= 6 ? 'observer' : undefined })
  kept.people.set('old p2', { board: old, id: imported, name: '', sector: 'Industry', link: undefined, keyHash: undefined, role: undefined })
  if (version >= 2) kept.templates.set('t1', { id: 't1', created: now + 3, keyHash: of('t'), file: '{"title":"Old"}' })
  if (version >= 3) kept.deeds.push({ board: old, at: now + 4, who: ana, did: 'closed a link', about: 'l2' })
  const hash = of('picture').toString('hex') as PictureHash
  if (version >= 4) for (const [board, by, at] of [[old, ana, now + 5], [bare, undefined, now + 6]] as const) kept.assets.set(`${board} ${hash}`, { board, hash, type: 'image/png', size: 7, by, at })
  kept.docs.set('old' as DocId, Buffer.concat([Buffer.from('first second third '), Buffer.alloc(5_000)]))
  kept.docs.set('bare' as DocId, Buffer.from('bare '))
  kept.docs.set('old/session' as DocId, Buffer.from('session '))
  kept.key = sha256(Buffer.from('key'))
  if (version >= 7) {
    kept.claims.set(old, new Map([[7, ana]]))
    kept.isolations.set('bare' as DocId, { doc: 'bare' as DocId, since: 1_790_000_000_000, until: 1_790_003_600_000, faults: 2, cause: 'it hung' })
  }
  return kept
}

function oldStore(folder: string, pick: Pick): Kept {
  // Entries of later ones have sums, which only the store itself makes.
  const version = oldVersions[pick(6)] as OldVersion
  const kept = oldKept(version)
  const docs = [...kept.docs.keys()]
  makeOldStore(folder, version, db => {
    const insert = db.prepare('INSERT INTO entry (doc, data) VALUES (?, ?)')
    for (let i = 0; i < 40; i++) {
      const doc = docs[pick(docs.length)] as DocId
      const data = bytesOf(pick, 1 + pick(2_000))
      insert.run(doc, data)
      kept.docs.set(doc, Buffer.concat([kept.docs.get(doc) as Buffer, data]))
    }
  })
  return kept
}

/** Samples of every kind, made from one seed. */
export async function samples(seed: number): Promise<Sample[]> {
  const made: Sample[] = []
  for (const [name, recipe] of Object.entries(recipes)) {
    const folder = temporaryFolder()
    const { kept, left } = await recipe(folder, random(seed + made.length))
    if (left) {
      removeFolder(folder)
      renameSync(leftOf(folder), folder)
    }
    made.push({ name, folder, kept })
  }
  return made
}

/** What must come back, piece by piece. */
export function piecesOf(kept: Kept): Pieces {
  const pieces = new Map<string, string>()
  const add = (name: string, value: unknown): void => void pieces.set(name, textOf(value))
  add('key', kept.key)
  add('boards', [...kept.boards].sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1)))
  for (const { id } of kept.boards) {
    const of = <T extends { readonly board: BoardId }>(all: Iterable<T>): T[] => [...all].filter(({ board }) => board === id)
    add(`board ${id}`, true)
    add(`links ${id}`, of(kept.links.values()).sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1)))
    add(`people ${id}`, of(kept.people.values()).sort((a, b) => (a.id < b.id ? -1 : 1)))
    const people = of(kept.people.values())
    add(`counts ${id}`, [of(kept.links.values()).length, { all: people.length, joined: people.filter(({ name }) => name !== '').length }])
    add(`deeds ${id}`, of(kept.deeds))
    add(`claims ${id}`, [...(kept.claims.get(id) ?? [])])
  }
  for (const link of kept.links.values()) add(`link ${link.id}`, [link, link])
  for (const person of kept.people.values()) add(`person ${person.board} ${person.id}`, person)
  add('templates', [...kept.templates.values()].reverse().sort((a, b) => b.created - a.created).map(({ id }) => id))
  for (const template of kept.templates.values()) add(`template ${template.id}`, template)
  for (const [name, asset] of kept.assets) add(`asset ${name}`, asset)
  for (const [hash, bytes] of kept.pictures) add(`picture ${hash}`, [bytes, bytes])
  add('isolations', [...kept.isolations.values()].sort((a, b) => a.since - b.since || (a.doc < b.doc ? -1 : 1)))
  for (const [doc, text] of kept.docs) add(`doc ${doc}`, [text, text.length])
  return pieces
}

/** Asks the open store of a folder for all of it; what it rejects is said. */
export async function readPieces(store: Store, folder: string, kept: Kept): Promise<Map<string, string | Error>> {
  const pieces = new Map<string, string | Error>()
  const add = async (name: string, read: () => Promise<unknown>): Promise<void> => {
    try {
      pieces.set(name, textOf(await read()))
    } catch (error) {
      pieces.set(name, error as Error)
    }
  }
  await add('key', async () => store.signingKey)
  for (const { id } of kept.boards) {
    await add(`board ${id}`, () => store.boards.has(id))
    await add(`links ${id}`, () => store.links.all(id))
    await add(`people ${id}`, () => store.people.all(id))
    await add(`counts ${id}`, async () => [await store.links.count(id), await store.people.count(id)])
    await add(`deeds ${id}`, () => store.audit.all(id))
    await add(`claims ${id}`, async () => [...(await store.claims.all(id))])
  }
  for (const { board, id, hash } of kept.links.values()) await add(`link ${id}`, async () => [await store.links.find(board, hash), await store.links.get(board, id)])
  for (const { board, id } of kept.people.values()) await add(`person ${board} ${id}`, () => store.people.get(board, id))
  await add('templates', () => store.templates.all())
  for (const id of kept.templates.keys()) {
    await add(`template ${id}`, async () => {
      const template = await store.templates.get(id)
      if (template && template.file === undefined) throw new StoreError(`The gallery says so of ${id} in ${folder}.`)
      return template
    })
  }
  for (const [name, { board, hash }] of kept.assets) await add(`asset ${name}`, () => store.assets.get(board, hash))
  for (const hash of kept.pictures.keys()) {
    await add(`picture ${hash}`, async () => {
      const [read, stream] = [await store.pictureFiles.read(hash), await store.pictureFiles.stream(hash)]
      // It is in the list of a board's pictures: whoever asks is told that it is gone.
      if (!read || !stream) throw new StoreError(`There is no picture ${hash} in ${folder}.`)
      return [read, await bytesIn(stream)]
    })
  }
  await add('isolations', () => store.isolations.all())
  for (const doc of kept.docs.keys()) await add(`doc ${doc}`, async () => {
    const { snapshot, entries } = await store.log.load(doc)
    return [Buffer.concat([...(snapshot ? [snapshot] : []), ...entries]), await store.log.weigh(doc)]
  })
  return pieces
}

/** The documents and boards that a command reads beside the server. */
export async function readBeside(folder: string, kept: Kept): Promise<Map<string, string | Error>> {
  const reader = openReader(folder)
  try {
    const pieces = new Map<string, string | Error>([['boards', textOf(reader.boards())]])
    for (const doc of kept.docs.keys()) {
      const text = await reader.log.load(doc).then(({ snapshot, entries }) => Buffer.concat([...(snapshot ? [snapshot] : []), ...entries]), (error: Error) => error)
      pieces.set(`doc ${doc}`, text instanceof Error ? text : textOf([text, await reader.log.weigh(doc)]))
    }
    return pieces
  } finally {
    reader.close()
  }
}

async function bytesIn(stream: AsyncIterable<unknown> | undefined): Promise<Buffer | undefined> {
  if (!stream) return undefined
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Values as text that is equal where they are; bytes by their sum. */
const textOf = (value: unknown): string => JSON.stringify(plain(value))

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `${value.length} bytes ${sha256(value).toString('hex')}`
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, plain(inner)]))
}
