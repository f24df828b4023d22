import type { WebsocketProvider } from 'y-websocket'

/**
 * Lets a provider measure by a clock that nobody sets how long it has heard nothing. It looks at the clock of the day, which leaps:
 * one that is set on ends a connection that is well, and one that is set back never notices a dead one.
 */
export function goBySpans(provider: Pick<WebsocketProvider, 'wsLastMessageReceived'>): void {
  let heard = performance.now()
  Object.defineProperty(provider, 'wsLastMessageReceived', {
    configurable: true,
    get: () => Date.now() - (performance.now() - heard),
    set() {
      heard = performance.now()
    },
  })
}
