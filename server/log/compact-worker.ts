import { parentPort } from 'node:worker_threads'
import type { DocumentKind } from '../../shared/document/stored.ts'
import type { ToKeep } from '../history/keep.ts'
import type { ToHydrate } from '../sync/hydrate.ts'
import { compactUpdates } from './compact.ts'

/* Runs as a thread: compacting takes a part of a second of a processor, and nobody on the server waits for it. */

parentPort!.on('message', ({ kind, stored, toKeep }: { kind: DocumentKind; stored: ToHydrate; toKeep: ToKeep | undefined }) => parentPort!.postMessage(compactUpdates(kind, stored, toKeep)))
