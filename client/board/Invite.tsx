import { useCallback, useEffect, useState } from 'react'
import type { Role } from '../../shared/protocol.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { isOnlyHere, linkForOthers } from '../address.ts'
import { api, type LinkInfo } from '../api.ts'
import { recentBoard, remember } from '../memory.ts'
import { InviteDialog } from '../panels/InviteDialog.tsx'
import type { BoardHere } from './open.ts'

/** The links of a board, for its facilitators. Only the device that made a link knows it; the server keeps what proves it. */
export function Invite({ board, close }: { board: BoardHere; close: () => void }) {
  const id = board.membership.board
  const [known, setKnown] = useState(() => recentBoard(id)?.links ?? {})
  const [links, setLinks] = useState<readonly LinkInfo[]>()
  const [problem, setProblem] = useState<string>()

  const attempt = async (work: () => Promise<void>) => {
    setProblem(undefined)
    await work().catch(error => setProblem(sentenceOf(error)))
  }
  const current = useCallback(() => api.links(id, board.session.ticket()), [id, board])
  const refresh = async () => setLinks(await current())
  useEffect(() => {
    current().then(setLinks, error => setProblem(sentenceOf(error)))
  }, [current])

  const make = (role: Role) =>
    attempt(async () => {
      const { url } = await api.newLink(id, board.session.ticket(), role)
      const next = { ...known, [role]: url }
      setKnown(next)
      remember(id, { links: next })
      await refresh()
    })
  const swapLink = (link: string, role: Role) =>
    attempt(async () => {
      const { url } = await api.newLink(id, board.session.ticket(), role, link)
      const next = { ...known, [role]: url }
      setKnown(next)
      remember(id, { links: next })
      await refresh()
    })
  const closeLink = (link: string) =>
    attempt(async () => {
      const role = links?.find(each => each.id === link)?.role
      await api.closeLink(id, board.session.ticket(), link)
      if (role) {
        const { [role]: _closed, ...left } = known
        setKnown(left)
        remember(id, { links: left })
      }
      await refresh()
    })
  const shown = Object.fromEntries(Object.entries(known).map(([role, link]) => [role, linkForOthers(link)]))
  return (
    <InviteDialog
      known={shown}
      onlyHere={Object.values(shown).some(isOnlyHere)}
      links={links}
      problem={problem}
      make={role => void make(role)}
      closeLink={link => void closeLink(link)}
      swapLink={(link, role) => void swapLink(link, role)}
      close={close}
    />
  )
}
