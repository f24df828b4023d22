import { type BoardId, newId, type ParticipantId } from '../shared/ids.ts'
import { type Role, roles } from '../shared/protocol.ts'
import { freshLink } from './links.ts'
import type { Opened } from './opening.ts'
import type { Pictures } from './pictures.ts'
import type { Boards, Person } from './storage/register.ts'
import { giveAway } from './storage/thread.ts'

export interface MadeBoard {
  readonly id: BoardId
  /** Whole addresses, each with its secret as fragment: they are known here and nowhere else. */
  readonly links: Readonly<Record<Role, string>>
}

interface Needs {
  readonly store: { readonly boards: Pick<Boards, 'create'> }
  readonly pictures: Pick<Pictures, 'bring'>
  readonly now: () => number
  readonly publicUrl: () => string
}

/** Makes a board with three links, its people and its pictures: all of it or nothing. `mayStill` throws where it is not wanted any more. */
export async function makeBoard({ store, pictures, now, publicUrl }: Needs, { content, people, pictures: brought, isKept }: Opened, mayStill: () => void = () => undefined): Promise<MadeBoard> {
  const id = newId<BoardId>(16)
  const links = roles.map(role => freshLink(id, role, now(), publicUrl()))
  await pictures.bring(id, brought, async assets => {
    mayStill()
    await store.boards.create({ id, created: now(), links: links.map(each => each.link), people: people.map(person => importedPerson(id, person)), content: isKept ? content : giveAway(content), assets })
  })
  return { id, links: Object.fromEntries(links.map(({ link, url }) => [link.role, url])) as Record<Role, string> }
}

const importedPerson = (board: BoardId, { id, sector }: Opened['people'][number]): Person => ({
  id: id as ParticipantId,
  board,
  name: '',
  sector,
  link: undefined,
  keyHash: undefined,
  role: undefined,
})
