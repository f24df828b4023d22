import { close, type Close } from '../../shared/protocol.ts'
import type { DropCause } from '../metrics.ts'

const causes: readonly (readonly [Close, DropCause])[] = [
  [close.protocol, 'protocol'],
  [close.poison, 'poison'],
  [close.unfit, 'unfit'],
  [close.newer, 'unfit'],
  [close.full, 'full'],
  [close.ticket, 'ticket'],
  [close.revoked, 'revoked'],
  [close.removed, 'revoked'],
  [close.elsewhere, 'origin'],
  [close.readOnly, 'observer'],
  [close.missing, 'missing'],
  [close.gone, 'revoked'],
  [close.tooLarge, 'tooLarge'],
  [close.busy, 'crowded'],
  [close.retry, 'store'],
  [close.closed, 'fault'],
  [close.fault, 'fault'],
]

/** What the end of a connection is counted as; nothing for those that are nobody's fault. */
export const causeOf = (reason: Close): DropCause | undefined => causes.find(([each]) => each === reason)?.[1]
