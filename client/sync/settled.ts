import { react, type Signal } from 'tldraw'
import type { Standing } from './standing.ts'

/** Resolves once the server has everything done here; rejects with a sentence where it cannot be reached or refuses. */
export function settled(standing: Signal<Standing>): Promise<void> {
  return new Promise((done, failed) => {
    const stop = react('until it is saved', () => {
      const now = standing.get()
      if (now.is === 'opening' || now.is === 'connecting' || now.is === 'saving') return
      queueMicrotask(() => stop())
      if (now.is === 'saved') done()
      else failed(new Error(now.is !== 'offline' ? now.sentence : 'This device is offline. Try again when it is back: the server does not have everything yet.'))
    })
  })
}
