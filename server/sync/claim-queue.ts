import type { BoardId, ParticipantId } from '../../shared/ids.ts'
import type { Claims } from '../storage/register.ts'

/** Keeps whom client ids belong to, one after the other: what somebody's board is to keep stands behind one of them at most. */
export interface ClaimQueue {
  keep(board: BoardId, client: number, person: ParticipantId): void
}

export function createClaimQueue(claims: Pick<Claims, 'add'>, failed: (error: unknown) => void): ClaimQueue {
  const queue: (readonly [board: BoardId, client: number, person: ParticipantId])[] = []
  let isAtWork = false
  const work = async (): Promise<void> => {
    isAtWork = true
    for (let at = 0; at < queue.length; at++) await claims.add(...queue[at]!).catch(failed)
    queue.length = 0
    isAtWork = false
  }
  return {
    keep(board, client, person) {
      queue.push([board, client, person])
      if (!isAtWork) void work()
    },
  }
}
