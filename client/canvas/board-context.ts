import { createContext, useContext } from 'react'
import { type Signal, useValue } from 'tldraw'
import { must } from '../../shared/assert.ts'
import type { RecordId } from '../../shared/ids.ts'
import type { PersonHere } from '../sync/presence.ts'
import type { Commands } from './commands.ts'
import type { Model } from './model.ts'
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
}

export const BoardContext = createContext<BoardView | undefined>(undefined)

export const useBoard = (): BoardView => must(useContext(BoardContext), 'A part of the board was drawn outside of one')

export const useModel = (): Model => useBoard().model
export const useCommands = (): Commands => useBoard().commands

/** Whoever else is writing on a card. */
export function useWriter(card: RecordId): PersonHere | undefined {
  const { people } = useBoard()
  return useValue('who is writing', () => people.get().find(person => person.writing === card), [people, card])
}
