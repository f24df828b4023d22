import { type BoardId, newId } from '../shared/ids.ts'
import type { Role } from '../shared/protocol.ts'
import type { Link } from './storage/register.ts'
import { hashOf, newSecret } from './tickets.ts'

/** A new way in, and its whole address with the secret as fragment: the server keeps only what proves it. */
export function freshLink(board: BoardId, role: Role, now: number, publicUrl: string): { link: Link; url: string } {
  const secret = newSecret()
  return { link: { id: newId<string>(8), board, role, hash: hashOf(secret), created: now, closed: undefined }, url: `${publicUrl}/boards/${board}#${secret}` }
}
