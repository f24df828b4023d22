import { createTLSchema } from '@tldraw/tlschema'
import { ImportError } from '../../shared/import/imported.ts'
import type { TldrawDocument, TldrawRecord } from '../../shared/import/tldraw.ts'
import { isObject, type Json } from '../../shared/json.ts'

type Schema = ReturnType<typeof createTLSchema>
type Snapshot = Parameters<Schema['migrateStoreSnapshot']>[0]

/** Versions of tldraw's file as such; the records in it have versions of their own. */
const newestFile = 1

/**
 * Brings the records of a tldraw file up to date with tldraw's own migrations, and leaves out what this version of tldraw does not
 * know. Loads tldraw's schema and none of its canvas, so that it runs anywhere.
 */
export function migrateTldraw(file: Record<string, unknown>): TldrawDocument {
  const version = file['tldrawFileFormatVersion']
  if (version === undefined) throw new ImportError('This tldraw file is of tldraw’s first format, from before 2023. Open it at tldraw.com, save it again, and choose what was saved.')
  if (typeof version !== 'number' || version > newestFile) throw new ImportError(`This tldraw file says it is of version ${String(version).slice(0, 20)}; this version of Manyfutures reads version ${newestFile}. Save it with an older tldraw, or ask whoever runs the server to update it.`)
  const { records, schema } = file
  if (!Array.isArray(records)) throw new ImportError('This tldraw file does not hold together at records: expected a list.')
  if (!isObject(schema)) throw new ImportError('This tldraw file does not hold together at schema: expected which version wrote it.')
  const byId = new Map<string, TldrawRecord>()
  for (const [i, record] of (records as readonly Json[]).entries()) {
    if (!isObject(record) || typeof record['id'] !== 'string' || typeof record['typeName'] !== 'string') throw new ImportError(`This tldraw file does not hold together at records[${i}]: expected an id and a typeName.`)
    if (wanted.has(record['typeName'])) byId.set(record['id'], record)
  }
  const ours = createTLSchema()
  const migrated = upToDate(ours, Object.fromEntries(byId), schema)
  const kept: TldrawRecord[] = []
  const unknown: string[] = []
  for (const record of migrated) {
    if (isValid(ours, record)) kept.push(record)
    else unknown.push(String(record['type'] ?? record['typeName']).slice(0, 40))
  }
  return { records: kept, schema: ours.serialize() as unknown as Json, unknown }
}

/** Everything else is about whoever looked at it. */
const wanted = new Set(['document', 'page', 'shape', 'asset', 'binding'])

function upToDate(ours: Schema, store: Record<string, TldrawRecord>, schema: Record<string, Json>): TldrawRecord[] {
  const newer = 'This tldraw file was written by a newer version of tldraw than this one reads. Ask whoever runs the server to update it.'
  try {
    if (!ours.getMigrationsSince(schema as unknown as Snapshot['schema']).ok) throw new ImportError(newer)
    const result = ours.migrateStoreSnapshot({ store: structuredClone(store), schema } as unknown as Snapshot)
    if (result.type === 'success') return Object.values(result.value) as unknown as TldrawRecord[]
    throw new ImportError(`This tldraw file cannot be brought up to date (${result.reason}). Open it at tldraw.com, save it again, and choose what was saved.`)
  } catch (error) {
    if (error instanceof ImportError) throw error
    throw new ImportError('This tldraw file is damaged: its drawings do not hold together. Open it at tldraw.com, save it again, and choose what was saved.', { cause: error })
  }
}

/** tldraw's validators throw; an invalid record would end the canvas it is drawn on. */
function isValid(ours: Schema, record: TldrawRecord): boolean {
  const type = (ours.types as Readonly<Record<string, { validate(record: unknown): unknown }>>)[String(record['typeName'])]
  try {
    type?.validate(record)
    return type !== undefined
  } catch {
    return false
  }
}

