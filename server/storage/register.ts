import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import type { PictureHash, PictureType } from '../../shared/pictures.ts'
import type { Role } from '../../shared/protocol.ts'
import type { DocId } from './log.ts'

/** A secret address to a board. The secret itself is never stored, only its SHA-256. */
export interface Link {
  readonly id: string
  readonly board: BoardId
  readonly role: Role
  readonly hash: Uint8Array
  /** Milliseconds since 1970. */
  readonly created: number
  readonly closed: number | undefined
}

/** Somebody who takes part in one board. Names stay here: they are in no document and no export. */
export interface Person {
  readonly id: ParticipantId
  readonly board: BoardId
  readonly name: string
  readonly sector: string
  /** The link they came by; nothing for people who came with an imported file. */
  readonly link: string | undefined
  /** SHA-256 of the key that lets them come back as themselves. */
  readonly keyHash: Uint8Array | undefined
  /** What a facilitator made them; nothing while they are what their link says. */
  readonly role: Role | undefined
}

/** What somebody who came by a link may do. */
export const roleOf = (person: Person, link: Link): Role => person.role ?? link.role

export interface NewBoard {
  readonly id: BoardId
  readonly created: number
  readonly links: readonly Link[]
  readonly people: readonly Person[]
  /** The board's first content, as a Yjs update. */
  readonly content: Uint8Array
  /** Pictures it begins with; their files are there before. */
  readonly assets?: readonly Asset[]
}

/** What other programs do to the store. */
export interface Elsewhere {
  /** Whether any of them wrote to it since this was asked last. */
  changed(): Promise<boolean>
}

/** Which boards there are. */
export interface Boards {
  /** Board, links, people, pictures and first content in one transaction: a board is never there without its content. */
  create(board: NewBoard): Promise<void>
  /** Whether there is such a board and nobody removed it. */
  has(id: BoardId): Promise<boolean>
}

/** A board that somebody removed. It comes back as it was until it is gone for good. */
export interface RemovedBoard {
  readonly board: BoardId
  /** Milliseconds since 1970. */
  readonly at: number
  /** The facilitator who did it; nothing where whoever runs the server did. */
  readonly who: string
}

/** Boards that were removed. */
export interface RemovedBoards {
  all(): Promise<readonly RemovedBoard[]>
  /** Removes a board that is there; one that was removed before stays as it was. */
  add(removed: RemovedBoard): Promise<void>
  /** Brings one back. False where it was not removed. */
  giveBack(board: BoardId): Promise<boolean>
  /** Takes a removed board away for good: log, history, links, people and all that is known of it. Resolves to the pictures no other board has. */
  purge(board: BoardId): Promise<readonly PictureHash[]>
}

/** The secret addresses of boards. */
export interface Links {
  add(link: Link): Promise<void>
  all(board: BoardId): Promise<readonly Link[]>
  find(board: BoardId, hash: Uint8Array): Promise<Link | undefined>
  get(board: BoardId, id: string): Promise<Link | undefined>
  /** How many there are, closed ones too. */
  count(board: BoardId): Promise<number>
  /** Closes a link for ever. */
  close(board: BoardId, id: string, when: number): Promise<void>
}

/** Who takes part. */
export interface People {
  /** Adds somebody, or changes the name, sector and role of somebody known. */
  save(person: Person): Promise<void>
  get(board: BoardId, id: ParticipantId): Promise<Person | undefined>
  all(board: BoardId): Promise<readonly Person[]>
  /** As many of them as a page holds, by id, from after one on. */
  page(board: BoardId, after: string, most: number): Promise<readonly Person[]>
  /** How many there are, and how many of them joined by a link, whether they may still come or not. */
  count(board: BoardId): Promise<{ readonly all: number; readonly joined: number }>
  /** Takes away somebody's way in; what they wrote, and their sector, stay. */
  remove(board: BoardId, id: ParticipantId): Promise<void>
}

/** Stands for whoever hosts, where something was done by command. No participant is called so: their ids are longer. */
export const byCommand = 'host' as ParticipantId

/** Something done to who may do what. */
export interface Deed {
  readonly board: BoardId
  /** Milliseconds since 1970. */
  readonly at: number
  /** The facilitator who did it, or `byCommand`. */
  readonly who: ParticipantId
  readonly did: 'opened a link' | 'closed a link' | 'removed a person' | 'made a facilitator' | 'made a participant' | 'made an observer'
  /** The link or person. */
  readonly about: string
}

/** Who did what to rights, in order; entries are never changed or removed. */
export interface Audit {
  note(deed: Deed): Promise<void>
  all(board: BoardId): Promise<readonly Deed[]>
  count(board: BoardId): Promise<number>
}

/** A template that a facilitator saved. */
export interface SavedTemplate {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly created: number
  /** SHA-256 of the key that lets whoever saved it rename and remove it. */
  readonly keyHash: Uint8Array
  /** The board file, as JSON; nothing where it was damaged on disk. */
  readonly file: string | undefined
}

/** All of a template but the file. */
export interface AboutTemplate extends Omit<SavedTemplate, 'file'> {
  /** Bytes of the file. */
  readonly size: number
}

/** A template to be saved; its file as a text, or as the bytes of one. */
export interface NewTemplate extends Omit<SavedTemplate, 'file'> {
  readonly file: string | Uint8Array
}

/** The templates that facilitators saved. */
export interface Templates {
  /** Adds one and answers true, or changes nothing and answers false where there are already as many as there may be. */
  add(template: NewTemplate, most: number): Promise<boolean>
  get(id: string): Promise<SavedTemplate | undefined>
  /** What is known of a template without reading its file. */
  about(id: string): Promise<AboutTemplate | undefined>
  /** All ids, newest first. */
  all(): Promise<readonly string[]>
  /** Swaps the file of a template; where there is none nothing happens. */
  replace(id: string, file: string | Uint8Array): Promise<void>
  remove(id: string): Promise<void>
}

/** A picture of a board. The bytes are a file under their hash; boards with the same picture share it. */
export interface Asset {
  readonly board: BoardId
  readonly hash: PictureHash
  readonly type: PictureType
  /** Bytes. */
  readonly size: number
  /** Who added it; nothing for pictures that came with a file. */
  readonly by: ParticipantId | undefined
  /** Milliseconds since 1970. */
  readonly at: number
}

/** The pictures of boards. */
export interface Assets {
  /** Notes that a board has a picture; one it has already stays as it is. */
  add(asset: Asset): Promise<void>
  get(board: BoardId, hash: PictureHash): Promise<Asset | undefined>
  /** Bytes of a board’s pictures, and of everything in the store. */
  weigh(board: BoardId): Promise<{ readonly board: number; readonly store: number }>
  /** Whether any board has a picture. */
  isUsed(hash: PictureHash): Promise<boolean>
}

/** Whom the client ids of a board's documents belong to: nobody writes under the id of somebody else, whether they are here or not. */
export interface Claims {
  all(board: BoardId): Promise<ReadonlyMap<number, ParticipantId>>
  /**
   * Notes that a client id is somebody's. The first one wins, later ones change nothing. Of one person the oldest are forgotten beyond
   * `mostClaimsEach`; of a board, beyond `mostClaims`, the oldest of whoever has most.
   */
  add(board: BoardId, client: number, participant: ParticipantId): Promise<void>
}

export const mostClaims = 20_000
export const mostClaimsEach = 500

/** A document that is served in a process of its own, because serving it ended the server or kept it from everything else. */
export interface Isolation {
  readonly doc: DocId
  /** Milliseconds since 1970. */
  readonly since: number
  readonly until: number
  /** How often it did so. */
  readonly faults: number
  /** What happened, for whoever runs the server. */
  readonly cause: string
}

/** Which documents are served apart. */
export interface Isolations {
  all(): Promise<readonly Isolation[]>
  /** Notes one, in place of what was noted of that document before. */
  set(isolation: Isolation): Promise<void>
  release(doc: DocId): Promise<void>
}
