import type { WebsocketProvider } from 'y-websocket'

/** What of a provider decides when it tries again. */
type Returning = Pick<WebsocketProvider, 'maxBackoffTime' | 'wsUnsuccessfulReconnects'> & { on(event: 'connection-close', listen: (event: { code: number } | null) => void): unknown }

/** Close codes by which the server sends everybody away at once. */
const everybody = [1012, 1013]
const longest = 5_000
/** Failed attempts after which the provider's own wait, which grows from 200 ms by doubling, is longer than ours ever is. */
const enough = 5

/**
 * Milliseconds until the next attempt, after so many that failed. A broken connection comes back at once and then ever more
 * slowly; whoever was sent away together with everybody comes back at some moment of the next seconds, so that a server that
 * restarts finds a stream and not a wall.
 */
export function waitBefore(failed: number, code: number | undefined, random: () => number): number {
  if (code !== undefined && everybody.includes(code)) return 200 + random() * Math.min(longest, 2_300 * 2 ** failed)
  const most = Math.min(longest, 200 * 2 ** failed)
  return most / 2 + (random() * most) / 2
}

/** Stock providers all wait equally long; this spreads them. */
export function spreadReturns(provider: Returning, random: () => number = Math.random): void {
  let failed = 0
  provider.on('connection-close', event => {
    // The provider's own count is back at nothing once it was in step with the server.
    if (provider.wsUnsuccessfulReconnects === 0) failed = 0
    provider.maxBackoffTime = waitBefore(failed++, event?.code, random)
    provider.wsUnsuccessfulReconnects = enough
  })
}
