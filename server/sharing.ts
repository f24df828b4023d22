import type { Asker } from './turns.ts'

/** The same piece of work for everybody who asks for it meanwhile: done once, and no longer than somebody waits for it. */
export interface Sharing<T> {
  /** Resolves to what the work that is under way under this key comes to; begins it where none is. Rejects once its asker has gone. */
  share(key: string, asker: Asker, work: (asker: Asker) => Promise<T>): Promise<T>
}

export function createSharing<T>(): Sharing<T> {
  interface UnderWay {
    readonly result: Promise<T>
    readonly noneLeft: AbortController
    waiting: number
  }
  const underWay = new Map<string, UnderWay>()

  const begin = (key: string, address: string, work: (asker: Asker) => Promise<T>): UnderWay => {
    const noneLeft = new AbortController()
    const forget = (): void => {
      if (underWay.get(key) === mine) underWay.delete(key)
    }
    const mine: UnderWay = { result: work({ address, gone: noneLeft.signal }).finally(forget), noneLeft, waiting: 0 }
    underWay.set(key, mine)
    // Whoever comes once everybody has left begins anew.
    noneLeft.signal.addEventListener('abort', forget, { once: true })
    return mine
  }

  return {
    share: (key, { address, gone }, work) =>
      new Promise((done, failed) => {
        if (gone.aborted) return failed(gone.reason as Error)
        const mine = underWay.get(key) ?? begin(key, address, work)
        mine.waiting++
        const onGone = (): void => {
          failed(gone.reason as Error)
          if (--mine.waiting === 0) mine.noneLeft.abort()
        }
        gone.addEventListener('abort', onGone, { once: true })
        mine.result.then(done, failed).finally(() => gone.removeEventListener('abort', onGone))
      }),
  }
}
