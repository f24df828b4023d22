import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Dialect, named, ours, plain, yjs } from './dialects.ts'
import type { Encoding } from './encodings.ts'
import { start, type Running } from './machine.ts'
import { tldraw } from './tldraw.ts'

/** A server the bench can run, and how its clients speak. */
export interface Peer {
  readonly name: string
  /** Whether it promises to keep boards. */
  readonly keeps: boolean
  /** For Yjs servers with cards encoded in another way than ours. */
  dialect(encoding?: Encoding): Dialect
  start(folder: string): Promise<Running>
}

const here = import.meta.dirname
const root = join(here, '../../..')
/** As `npm start` does it, but for the parent that would start it again: what is measured is the process that was started. */
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }
const [, ...startsWith] = scripts.start.split(' ')

/** How our server is started. */
export const startAlone = { command: [...startsWith, '--alone'], cwd: root, ready: /Manyfutures is at/ } as const

const beside = (file: string, env: Record<string, string> = {}, ofFolder?: (folder: string) => Record<string, string>) => (folder: string) =>
  start({ command: [file], cwd: join(here, '../peers'), env: { ...env, ...ofFolder?.(folder) }, ready: /ready/, folder })

/** Our limits are for people; a load generator is many of them on one address. */
const unlimited = {
  NODE_ENV: 'production',
  FRAMES_PER_SECOND: '0',
  PRESENCE_PER_SECOND: '0',
  BYTES_PER_SECOND: '0',
  JOINS_PER_SECOND: '0',
  MAX_PEOPLE: '5000',
  MAX_SOCKETS_PER_ADDRESS: '0',
  REQUESTS_PER_MINUTE: '0',
  BOARDS_PER_MINUTE: '0',
}

export const peers: readonly Peer[] = [
  { name: 'manyfutures', keeps: true, dialect: encoding => yjs(ours(), encoding), start: folder => start({ ...startAlone, env: unlimited, folder }) },
  { name: 'relay', keeps: false, dialect: encoding => yjs(plain, encoding), start: beside('serve-relay.mjs') },
  { name: 'y-websocket', keeps: false, dialect: encoding => yjs(plain, encoding), start: beside('serve-y-websocket.mjs') },
  { name: 'y-websocket, LevelDB', keeps: true, dialect: encoding => yjs(plain, encoding), start: beside('serve-y-websocket.mjs', {}, folder => ({ YPERSISTENCE: folder })) },
  { name: 'Hocuspocus, SQLite', keeps: true, dialect: encoding => yjs(named, encoding), start: beside('serve-hocuspocus.mjs') },
  { name: 'tldraw sync, memory', keeps: false, dialect: tldraw, start: beside('serve-tldraw.mjs', { STORE: 'memory' }) },
  { name: 'tldraw sync, SQLite', keeps: true, dialect: tldraw, start: beside('serve-tldraw.mjs', { STORE: 'sqlite' }) },
  { name: 'tldraw sync, SQLite with WAL', keeps: true, dialect: tldraw, start: beside('serve-tldraw.mjs', { STORE: 'wal' }) },
]
