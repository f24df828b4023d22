import { useCallback, useEffect, useState } from 'react'
import type { Role } from '../../shared/protocol.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { isOnlyHere, linkForOthers } from '../address.ts'
import { api, type LinkInfo, Refused } from '../api.ts'
import { recentBoard, remember } from '../memory.ts'
import { InviteDialog } from '../panels/InviteDialog.tsx'
import type { BoardHere } from './open.ts'

/** The links of a board, for its facilitators. Only the device that made a link knows it; the server keeps what proves it. */
export function Invite({ board, close }: { board: BoardHere; close: () => void }) {
  const id = board.membership.board
  const [known, setKnown] = useState(() => recentBoard(id)?.links ?? {})
  const [gone, setGone] = useState<readonly Role[]>([])
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
    // Another facilitator may have closed or swapped what this device knows: nobody is to send a link that leads nowhere.
    void closedOf(id, recentBoard(id)?.links ?? {}).then(roles => {
      if (roles.length === 0) return
      setKnown(keepLinks(id, Object.fromEntries(roles.map(role => [role, undefined]))))
      setGone(roles)
    })
  }, [current, id])

  const make = (role: Role) =>
    attempt(async () => {
      const { url } = await api.newLink(id, board.session.ticket(), role)
      setKnown(keepLinks(id, { [role]: url }))
      setGone(gone.filter(each => each !== role))
      await refresh()
    })
  const swapLink = (link: string, role: Role) =>
    attempt(async () => {
      const { url } = await api.newLink(id, board.session.ticket(), role, link)
      setKnown(keepLinks(id, { [role]: url }))
      await refresh()
    })
  const closeLink = (link: string) =>
    attempt(async () => {
      await api.closeLink(id, board.session.ticket(), link)
      // Of several links of a role, the one this device knows may be another.
      setKnown(keepLinks(id, Object.fromEntries((await closedOf(id, known)).map(role => [role, undefined]))))
      await refresh()
    })
  const shown = Object.fromEntries(Object.entries(known).map(([role, link]) => [role, linkForOthers(link)]))
  return (
    <InviteDialog
      known={shown}
      onlyHere={Object.values(shown).some(isOnlyHere)}
      gone={gone}
      links={links}
      problem={problem}
      make={role => void make(role)}
      closeLink={link => void closeLink(link)}
      swapLink={(link, role) => void swapLink(link, role)}
      close={close}
    />
  )
}

type Links = Readonly<Partial<Record<Role, string>>>

/** Notes what is new about a board's links, and leaves the others as another page may have noted them. */
function keepLinks(board: string, changes: Readonly<Partial<Record<Role, string | undefined>>>): Links {
  const links = Object.fromEntries(Object.entries({ ...recentBoard(board)?.links, ...changes }).filter(([, link]) => link !== undefined)) as Links
  remember(board, { links })
  return links
}

/** The roles of links that open nothing any more; where the server cannot be asked, none. */
async function closedOf(board: string, links: Links): Promise<Role[]> {
  const isClosed = async (link: string): Promise<boolean> => api.look(board, new URL(link).hash.slice(1)).then(() => false, (error: unknown) => error instanceof Refused && error.status === 403)
  const looked = await Promise.all((Object.entries(links) as [Role, string][]).map(async ([role, link]) => ((await isClosed(link)) ? [role] : [])))
  return looked.flat()
}
