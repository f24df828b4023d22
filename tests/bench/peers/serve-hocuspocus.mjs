// Hocuspocus with what its SQLite extension does (its own schema and statements, on node:sqlite, since its driver needs a build).
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { Server } from '@hocuspocus/server'
import * as Y from 'yjs'

const db = new DatabaseSync(join(process.env.DATA_DIR, 'hocuspocus.sqlite'))
db.exec('CREATE TABLE IF NOT EXISTS documents (name varchar(255) NOT NULL, data blob NOT NULL, UNIQUE(name))')
const select = db.prepare('SELECT data FROM documents WHERE name = ? ORDER BY rowid DESC')
const upsert = db.prepare('INSERT INTO documents (name, data) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET data = excluded.data')
const sqlite = {
  async onLoadDocument({ document, documentName }) {
    const row = select.get(documentName)
    if (row) Y.applyUpdate(document, row.data)
  },
  async onStoreDocument({ document, documentName }) {
    upsert.run(documentName, Y.encodeStateAsUpdate(document))
  },
}
const server = new Server({ port: Number(process.env.PORT), address: '127.0.0.1', quiet: true, extensions: [sqlite] })
await server.listen()
console.log('ready')
