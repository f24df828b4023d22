import { parentPort, workerData } from 'node:worker_threads'
import { StoreError } from './faults.ts'
import { openDatabase } from './sqlite.ts'
import type { Call, Said, ThreadOptions, Trouble } from './thread.ts'

/* The other end of `thread.ts`: runs as a thread, and acts when it is started. */

const say = (said: Said): void => parentPort!.postMessage(said)

try {
  const { folder, maxBytes } = workerData as ThreadOptions
  const { signingKey, lost, close, ...ports } = openDatabase(folder, maxBytes)
  const answering = { ...ports, store: { close } } as unknown as Readonly<Record<string, Readonly<Record<string, (...args: readonly unknown[]) => unknown>>>>
  const answer = async ({ port, method, args }: Call): Promise<unknown> => answering[port]![method]!(...args)
  parentPort!.on('message', (call: Call) => {
    const { nth } = call
    answer(call).then(
      value => say({ is: 'done', nth, value }),
      (error: unknown) => say({ is: 'failed', nth, error: troubleOf(error) }),
    )
  })
  void lost.then(error => say({ is: 'lost', error: troubleOf(error) }))
  say({ is: 'open', ports: Object.fromEntries(Object.entries(ports).map(([port, methods]) => [port, Object.keys(methods)])), signingKey })
} catch (error) {
  say({ is: 'refused', error: troubleOf(error) })
}

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Error)) return { message: String(error), stack: undefined, code: undefined, errcode: undefined, forHost: false }
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  return { message: error.message, stack: error.stack, code, errcode, forHost: error instanceof StoreError }
}
