import type { Read } from '../../shared/import/index.ts'
import { ImportError, quoted } from '../../shared/import/imported.ts'
import type { Parcel } from '../../shared/import/parcel.ts'
import type { Preview } from '../../shared/preview.ts'
import { NotLoaded } from '../ui/load.ts'

/** A file somebody chose or dropped, or a text somebody pasted. */
export interface Source {
  readonly name: string
  readonly bytes: Blob
}

/** What a file is read for: a board of its own, or to be brought into one that is open. */
export type Purpose = 'board' | 'parcel'

export interface Counts {
  readonly cards: number
  readonly relations: number
  readonly structures: number
  readonly drawings: number
}

type BoardRead = Extract<Read, { is: 'board' }>

/** What a file holds, ready to be used. */
export type Ready =
  | Extract<Read, { is: 'table' }>
  | {
      readonly is: 'board'
      readonly format: BoardRead['format']
      readonly title: string
      readonly warnings: readonly string[]
      readonly counts: Counts
      readonly preview: Preview
      /** The body of a request that makes a board of it, or what is to be put on an open one. */
      readonly result: { readonly for: 'board'; readonly body: Blob } | { readonly for: 'parcel'; readonly parcel: Parcel }
    }

export interface Asked {
  readonly source: Source
  readonly purpose: Purpose
}

/** What the thread says first. */
export interface Began {
  readonly began: true
}

export type Answered = { readonly ready: Ready } | { readonly refused: string } | { readonly broken: string }

/**
 * Reads a file in a thread of its own, so that the page stays alive however large it is. Rejects with an ImportError whose
 * sentence says what is wrong with it; ends at once where `signal` says so.
 */
export function readFile(asked: Asked, most: number, signal: AbortSignal): Promise<Ready> {
  const { name, bytes } = asked.source
  if (bytes.size > most) return Promise.reject(new ImportError(`${quoted(name)} is ${inWords(bytes.size)} large. This server opens files of up to ${inWords(most)}: choose a smaller one, or ask whoever runs the server to raise MAX_FILE_BYTES.`))
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const thread = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    const end = (work: () => void): void => {
      thread.terminate()
      work()
    }
    signal.addEventListener('abort', () => end(() => reject(signal.reason as Error)), { once: true })
    thread.addEventListener('message', ({ data }: MessageEvent<Answered | Began>) => {
      if ('began' in data) began = true
      else end(() => ('ready' in data ? resolve(data.ready) : reject('refused' in data ? new ImportError(data.refused) : new Error(data.broken))))
    })
    // Where it never said that it began, what it runs did not come.
    let began = false
    thread.addEventListener('error', event => end(() => reject(began ? new Error(event.message || `${quoted(name)} could not be read: the browser ran out of memory. Close other pages and try again.`) : new NotLoaded(event.message))))
    thread.postMessage(asked, [])
  })
}

const inWords = (bytes: number): string => (bytes < 2 ** 20 ? `${Math.ceil(bytes / 2 ** 10)} kB` : `${Math.round(bytes / 2 ** 20)} MB`)
