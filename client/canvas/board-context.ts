import { createContext, useContext } from 'react'
import { type Atom, type Editor, type Signal, useValue } from 'tldraw'
import { must } from '../../shared/assert.ts'
import type { ParticipantId, RecordId } from '../../shared/ids.ts'
import type { Spread } from '../../shared/spread.ts'
import type { Numbers, ScaleName } from '../../shared/views.ts'
import type { PersonHere } from '../sync/presence.ts'
import type { Commands } from './commands.ts'
import type { Inside } from './inside.ts'
import type { Lights } from './Lights.tsx'
import type { Model } from './model.ts'
import type { Opinions } from './opinions.ts'
import type { Writing } from './writing.ts'

/** Who somebody is to this board: by name, by sector, by the sector's place in the board's list. */
export interface Author {
  readonly name: string
  readonly sector: string
  /** −1 for none. */
  readonly place: number
}

/** What everything drawn on the canvas may ask of the board. */
export interface BoardView {
  readonly model: Model
  readonly people: Signal<readonly PersonHere[]>
  /** Who a participant is; reactive. */
  author(id: string): Author | undefined
  readonly canWrite: Signal<boolean>
  /** What a person can do; only once the canvas is there. */
  readonly commands: Commands
  readonly writing: Writing
  readonly opinions: Opinions
  readonly inside: Inside
  /** The participant who looks at it. */
  readonly me: ParticipantId
  /** Whether they lead the board. */
  readonly leads: boolean
  /** How people stand on something, by the board's sectors; reactive. */
  spread(values: Numbers, scale: ScaleName): Spread
  /** What is drawn over the map just now. */
  readonly lights: Atom<Lights>
  /** Rings of a wheel that are open; nothing where all are. Reactive. */
  openRings(wheel: RecordId): number | undefined
}

export const BoardContext = createContext<BoardView | undefined>(undefined)

/** The board behind a canvas, for what is drawn apart from it. */
export const boardsOf = new WeakMap<Editor, BoardView>()

export const useBoard = (): BoardView => must(useContext(BoardContext), 'A part of the board was drawn outside of one')

export const useModel = (): Model => useBoard().model
export const useCommands = (): Commands => useBoard().commands

/** Whoever else is writing on a card. */
export function useWriter(card: RecordId): PersonHere | undefined {
  const { people } = useBoard()
  return useValue('who is writing', () => people.get().find(person => person.writing === card), [people, card])
}
