import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { StoreError } from './faults.ts'
import { assetFolder } from './files.ts'
import { openPictureFiles, type PictureFiles } from './picture-files.ts'
import type { Database, Store } from './sqlite.ts'

/*
 * The store in a thread of its own. A commit waits for the disk, and the server goes on serving frames meanwhile; there is still
 * one connection that writes, and calls are dealt with in the order they were made.
 */

/** A call to one of the store's ports. */
export interface Call {
  readonly nth: number
  readonly port: string
  readonly method: string
  readonly args: readonly unknown[]
}

/** What the thread says: it is open, it cannot be, it was lost, or how a call went. */
export type Said =
  | { readonly is: 'open'; readonly ports: Readonly<Record<string, readonly string[]>>; readonly signingKey: Uint8Array }
  | { readonly is: 'refused'; readonly error: Trouble }
  | { readonly is: 'lost'; readonly error: Trouble }
  | { readonly is: 'done'; readonly nth: number; readonly value: unknown }
  | { readonly is: 'failed'; readonly nth: number; readonly error: Trouble }

/** An error on its way between threads, with what the server asks of errors. */
export interface Trouble {
  readonly message: string
  readonly stack: string | undefined
  readonly code: unknown
  readonly errcode: unknown
  /** Whether its message is a sentence for whoever runs the server. */
  readonly forHost: boolean
}

export interface ThreadOptions {
  readonly folder: string
  readonly maxBytes: number
}

export interface StoreThread extends Store {
  /** Resolves, with the reason, should somebody take the files away or the thread end by itself: nothing can be kept from then on. */
  readonly lost: Promise<Error>
}

/** Opens a store as `openStore` does, in a thread of its own; rejects as `openStore` throws. */
export async function openStoreThread(folder: string, maxBytes = 0): Promise<StoreThread> {
  const worker = new Worker(new URL('./thread-worker.ts', import.meta.url), { workerData: { folder, maxBytes } satisfies ThreadOptions })
  const waiting = new Map<number, { done: (value: never) => void; failed: (error: Error) => void }>()
  let calls = 0
  let closing = false

  const call = (port: string, method: string, args: readonly unknown[]): Promise<never> =>
    new Promise((done, failed) => {
      const nth = ++calls
      waiting.set(nth, { done, failed })
      worker.postMessage({ nth, port, method, args: args.map(owned) } satisfies Call, givenIn(args))
    })

  let tellOpen: (said: Extract<Said, { is: 'open' }>) => void
  let tellRefused: (error: Error) => void
  const opened = new Promise<Extract<Said, { is: 'open' }>>((open, refused) => {
    tellOpen = open
    tellRefused = refused
  })
  let tellLost: (error: Error) => void
  const lost = new Promise<Error>(tell => (tellLost = tell))

  worker.on('message', (said: Said) => {
    switch (said.is) {
      case 'open':
        return tellOpen(said)
      case 'refused':
        return tellRefused(errorOf(said.error))
      case 'lost':
        return tellLost(errorOf(said.error))
      case 'done':
        waiting.get(said.nth)?.done(said.value as never)
        break
      case 'failed':
        waiting.get(said.nth)?.failed(errorOf(said.error))
    }
    waiting.delete(said.nth)
  })
  let fault: Error | undefined
  worker.on('error', error => (fault = error as Error))
  worker.on('exit', () => {
    const error = fault ?? new Error('The thread that keeps the boards ended.')
    for (const { failed } of waiting.values()) failed(error)
    waiting.clear()
    tellRefused(error)
    if (!closing) tellLost(error)
  })

  const close = async (): Promise<void> => {
    closing = true
    // Calls before it have been dealt with when it answers.
    await call('store', 'close', [])
    await worker.terminate()
  }

  const { ports, signingKey } = await opened
  const pictureFiles = await openPictures(folder, close)
  const remote = Object.fromEntries(
    Object.entries(ports).map(([port, methods]) => [port, Object.fromEntries(methods.map(method => [method, (...args: unknown[]) => call(port, method, args)]))]),
  ) as unknown as Database
  return {
    ...remote,
    signingKey,
    pictureFiles,
    lost,
    close,
  }
}

async function openPictures(folder: string, close: () => Promise<void>): Promise<PictureFiles> {
  try {
    return openPictureFiles(join(folder, assetFolder))
  } catch (error) {
    await close()
    throw error
  }
}

/** Copying part of a buffer to another thread copies the whole buffer: bytes go in one of their own size. */
function owned(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.byteLength === value.buffer.byteLength ? value : value.slice()
  if (Array.isArray(value)) return value.map(owned)
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, owned(inner)]))
  return value
}

const given = new WeakSet<Uint8Array>()

/**
 * Says of bytes that whoever has them will not look at them again: they go to the thread as they are. A copy of the largest takes the
 * server as long as somebody notices.
 */
export function giveAway<B extends Uint8Array>(bytes: B): B {
  if (bytes.byteLength === bytes.buffer.byteLength) given.add(bytes)
  return bytes
}

/** What was given away, among what a call is made with and what that holds. */
function givenIn(args: readonly unknown[]): ArrayBuffer[] {
  const values = args.flatMap(arg => (typeof arg === 'object' && arg !== null && !ArrayBuffer.isView(arg) ? Object.values(arg) : [arg]))
  return values.flatMap(value => (value instanceof Uint8Array && given.has(value) ? [value.buffer as ArrayBuffer] : []))
}

function errorOf({ message, stack, code, errcode, forHost }: Trouble): Error {
  const error = forHost ? new StoreError(message) : new Error(message)
  if (stack !== undefined) error.stack = stack
  return Object.assign(error, { ...(code !== undefined && { code }), ...(errcode !== undefined && { errcode }) })
}
