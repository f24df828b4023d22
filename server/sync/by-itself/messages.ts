import type { ParticipantId } from '../../../shared/ids.ts'
import { close, type Close } from '../../../shared/protocol.ts'
import type { DocId, Seq, Stored } from '../../storage/log.ts'
import type { Loss, PersonHere } from '../room.ts'

/*
 * What the server and a process that serves one document say to one another. Sockets, the store and what is kept of people stay with the
 * server; what people send is looked at in the process, and nowhere else.
 */

/** How a connection is called between the two. */
export type MemberId = number

export type ToProcess =
  | { readonly is: 'open'; readonly doc: DocId; readonly stored: Stored; readonly owners: readonly (readonly [number, ParticipantId])[]; readonly maxRecords: number | undefined; readonly maxBytes: number | undefined }
  | { readonly is: 'join'; readonly member: MemberId; readonly person: PersonHere; readonly link: string; readonly address: string }
  | { readonly is: 'leave'; readonly member: MemberId }
  | { readonly is: 'receive'; readonly member: MemberId; readonly bytes: Uint8Array }
  | { readonly is: 'replySync'; readonly member: MemberId; readonly bytes: Uint8Array }
  | { readonly is: 'presence'; readonly member: MemberId; readonly bytes: Uint8Array }
  | { readonly is: 'welcome'; readonly member: MemberId }
  | { readonly is: 'acknowledge'; readonly member: MemberId; readonly nonce: number }
  | { readonly is: 'sent'; readonly nth: number }
  | { readonly is: 'committed'; readonly nth: number; readonly position: Seq }
  | { readonly is: 'notCommitted'; readonly nth: number; readonly cause: string }
  | { readonly is: 'flush'; readonly nth: number }
  | { readonly is: 'expire' }
  | { readonly is: 'close'; readonly reason: CloseName }
  | { readonly is: 'ping' }

export type FromProcess =
  | { readonly is: 'opened' }
  | { readonly is: 'send'; readonly member: MemberId; readonly frame: Uint8Array; /** To be told of once the system has taken it. */ readonly nth?: number }
  | { readonly is: 'end'; readonly member: MemberId; readonly reason: CloseName; readonly isRefused: boolean }
  | { readonly is: 'dealtWith'; readonly member: MemberId; readonly bytes: number }
  | { readonly is: 'commit'; readonly nth: number; readonly update: Uint8Array; readonly by: readonly string[] }
  | { readonly is: 'flushed'; readonly nth: number }
  | { readonly is: 'claimed'; readonly client: number; readonly person: ParticipantId }
  | { readonly is: 'merged'; readonly changes: number }
  | { readonly is: 'pending' }
  | { readonly is: 'mended'; readonly leftOut: number; readonly madeHarmless: number }
  | { readonly is: 'lost'; readonly cause: string; readonly loss: Loss }
  | { readonly is: 'closed' }
  | { readonly is: 'pong' }

export type CloseName = keyof typeof close

/** Reasons are told apart by what they are, not by what they say: between processes they go by their names. */
export const nameOf = (reason: Close): CloseName => (Object.keys(close) as CloseName[]).find(name => close[name] === reason) ?? 'protocol'
