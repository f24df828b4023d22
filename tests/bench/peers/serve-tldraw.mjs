// tldraw sync: a room in memory, or in SQLite with its defaults or with a write-ahead log.
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { InMemorySyncStorage, NodeSqliteWrapper, SQLiteSyncStorage, TLSocketRoom } from '@tldraw/sync-core'
import { WebSocketServer } from 'ws'
import { schema } from './tldraw-schema.mjs'

const rooms = new Map()
function storageFor(name) {
  if (process.env.STORE === 'memory') return new InMemorySyncStorage({ snapshot: { documents: [], schema: schema.serialize() } })
  const db = new DatabaseSync(join(process.env.DATA_DIR, `${encodeURIComponent(name)}.sqlite`))
  if (process.env.STORE === 'wal') db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  return new SQLiteSyncStorage({ sql: new NodeSqliteWrapper(db) })
}
const wss = new WebSocketServer({ port: Number(process.env.PORT), host: '127.0.0.1', perMessageDeflate: false, maxPayload: 64 * 2 ** 20 })
let sessions = 0
wss.on('connection', (ws, request) => {
  const name = request.url
  ws.on('error', () => ws.terminate())
  let room = rooms.get(name)
  if (!room) rooms.set(name, (room = new TLSocketRoom({ schema, storage: storageFor(name) })))
  room.handleSocketConnect({ sessionId: `s${++sessions}`, socket: ws })
})
wss.on('listening', () => console.log('ready'))
