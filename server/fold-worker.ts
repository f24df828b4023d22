import { parentPort } from 'node:worker_threads'
import { foldUpdates } from './fold.ts'

/* Runs as a thread: folding a large board takes a second of a processor, and nobody on the server waits for it. */

parentPort!.on('message', (updates: readonly Uint8Array[]) => parentPort!.postMessage(foldUpdates(updates)))
