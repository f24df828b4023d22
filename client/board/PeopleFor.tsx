import { useCallback, useEffect, useState } from 'react'
import { computed, react } from 'tldraw'
import { sentenceOf } from '../../shared/sentence.ts'
import { api, type PersonInfo } from '../api.ts'
import { PeopleDialog } from '../panels/PeopleDialog.tsx'
import type { BoardHere } from './open.ts'

/** The people of a board, as the server knows them; asked for again whenever somebody comes or goes. */
export function PeopleFor({ board, close }: { board: BoardHere; close: () => void }) {
  const id = board.membership.board
  const [people, setPeople] = useState<readonly PersonInfo[]>()
  const [problem, setProblem] = useState<string>()
  const refresh = useCallback(() => api.peopleIn(id, board.session.ticket()).then(setPeople, error => setProblem(sentenceOf(error))), [id, board])
  useEffect(() => {
    const here = computed('who is here', () => board.people.get().map(({ client }) => client).join())
    return react('people come and go', () => {
      here.get()
      void refresh()
    })
  }, [board, refresh])

  const attempt = async (work: () => Promise<void>) => {
    setProblem(undefined)
    await work().catch(error => setProblem(sentenceOf(error)))
    await refresh()
  }
  return (
    <PeopleDialog
      people={people}
      me={board.membership.participant}
      problem={problem}
      changeRole={(person, role) => void attempt(() => api.changeRole(id, board.session.ticket(), person, role))}
      endVisit={person => void attempt(() => api.endVisit(id, board.session.ticket(), person))}
      close={close}
    />
  )
}
