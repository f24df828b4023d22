import { type Board, readBoardIn, readMetaIn, type Card, type Relation } from '../board.ts'
import { readingOf } from '../checks/index.ts'
import type { Reading } from '../checks/check.ts'
import { cornersOf } from '../corner.ts'
import type { BoardFile } from '../file.ts'
import { flatRecords } from '../file-in.ts'
import { groupBy } from '../group.ts'
import type { ParticipantId, RecordId } from '../ids.ts'
import type { Point } from '../methods/method.ts'
import { outlineOf } from '../outline.ts'
import { type Spread, spreadOf } from '../spread.ts'
import { type Numbers, type ScaleName, scaleOf } from '../views.ts'
import { type Scribble, scribblesIn } from './scribbles.ts'

/** A board file, read for whoever writes it another way or tells what it holds: what it means, and what follows from that. */
export interface FileReading extends Reading {
  readonly file: BoardFile
  /** Every card, in the order in which the outline reads the board: structure by structure, each as its method is read. */
  cards(): readonly Card[]
  /** The same for one structure; for what stands in none where it is empty. */
  cardsIn(structure: RecordId | ''): readonly Card[]
  relationsTo(card: RecordId): readonly Relation[]
  /** What the file says of a person's sector; empty where it says nothing. */
  sectorOf(person: ParticipantId): string
  /** How people stand, by sector; small sectors are closed, as everywhere. */
  spread(values: Numbers, scale: ScaleName): Spread
  /** Where a place is on the board itself. */
  corner(place: Point & { readonly parent: RecordId | '' }): Point
  /** Drawings that hold words or a picture, in the order they are drawn in. */
  readonly scribbles: readonly Scribble[]
}

/**
 * Reads a checked file. The same file always reads the same. `sectorOf` is for whoever knows people better than the file does, `board`
 * for whoever has read already what the file tells of.
 */
export function readFile(file: BoardFile, { sectorOf = sectorsIn(file), board = readBoardIn(readMetaIn(name => file.board[name]), flatRecords(file)) }: { readonly sectorOf?: FileReading['sectorOf']; readonly board?: Board | undefined } = {}): FileReading {
  const containers = new Map(file.drawings.map(drawing => [drawing.id, { x: drawing.x ?? 0, y: drawing.y ?? 0, rotation: drawing.rotation ?? 0, parent: (drawing.in ?? '') as RecordId | '' }]))
  const corner = cornersOf(id => board.structures.get(id)?.place ?? containers.get(id))
  const cards = once(() => outlineOf(board).flatMap(({ id, is }) => (is === 'card' ? [board.cards.get(id) as Card] : [])))
  const inside = once(() => groupBy(cards(), ({ place: { parent } }) => (parent !== '' && board.structures.has(parent) ? parent : '')))
  const relations = once(() => groupBy(board.relations.values(), ({ to }) => to))
  return {
    ...readingOf(board),
    file,
    cards,
    cardsIn: structure => inside().get(structure) ?? [],
    relationsTo: card => relations().get(card) ?? [],
    sectorOf,
    spread: (values, scale) => spreadOf(values, sectorOf, board.meta.sectors, scaleOf(scale)),
    corner,
    scribbles: scribblesIn(file, corner),
  }
}

function sectorsIn({ people }: BoardFile): FileReading['sectorOf'] {
  const sectors = new Map<string, string>(people.map(({ id, sector = '' }) => [id, sector]))
  return person => sectors.get(person) ?? ''
}

function once<T extends object>(work: () => T): () => T {
  let done: T | undefined
  return () => (done ??= work())
}
