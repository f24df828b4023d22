import { parentPort, workerData } from 'node:worker_threads'
import { exportText, type Leaving } from './exporting.ts'

/* Runs as a thread, for one board: a large one takes a second of a processor, and nobody on the server waits for it. */

parentPort!.postMessage(exportText(workerData as Leaving))
