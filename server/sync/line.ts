import type { WebSocket } from 'ws'
import type { Close } from '../../shared/protocol.ts'

/** A WebSocket and what lies under it. */
export interface Line {
  readonly ws: WebSocket
  /** Where it comes from, as far as that is counted. */
  readonly address: string
  /** Calls back with every number of bytes that arrive, before they are a frame. */
  readonly onBytes: (came: (bytes: number) => void) => void
  /** Says that nothing more will be sent, once what was sent is. */
  readonly endSending: () => void
}

/** How long the other side has to close a line that was ended. */
const goodbyeMs = 1_000
/** Ended lines that are waited for at once; more are cut without waiting. */
const mostEnding = 1_000

let ending = 0

/** Reads nothing more, says why, and cuts the line soon after: whoever ignores a goodbye keeps nothing by it. */
export function hangUp({ ws, endSending }: Pick<Line, 'ws' | 'endSending'>, { code, reason }: Close): void {
  ws.pause()
  if (ws.readyState === ws.OPEN) {
    ws.close(code, reason)
    endSending()
  }
  if (ending >= mostEnding) return ws.terminate()
  ending++
  const timer = setTimeout(() => ws.terminate(), goodbyeMs)
  ws.once('close', () => {
    ending--
    clearTimeout(timer)
  })
}
