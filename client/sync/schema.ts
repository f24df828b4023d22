import type { SerializedSchema, TLRecord, TLStore } from 'tldraw'
import type * as Y from 'yjs'
import { changeRecord, FORMAT, readFlat, readVersions, recordsOf, writeMeta } from '../../shared/board.ts'
import type { Json } from '../../shared/json.ts'
import { changedKeys, decodeAsset, decodeShape, encodeAsset, encodeShape, isAssetId, isShapeKey, recordIdOf } from './codec.ts'

/** How the versions that wrote a board relate to this one. */
export type Age =
  | 'same'
  /** Written by an older version: it can be brought up to date. */
  | 'older'
  /** Written by a newer version. An old one that cannot read a card would take its arrows for loose, so it may only look. */
  | 'newer'

export function ageOf(doc: Y.Doc, store: TLStore): Age {
  const { format, schema } = readVersions(doc)
  if (format > FORMAT) return 'newer'
  if (schema === undefined) return 'same'
  try {
    const migrations = store.schema.getMigrationsSince(schema as unknown as SerializedSchema)
    if (!migrations.ok) return 'newer'
    return migrations.value.length ? 'older' : 'same'
  } catch {
    return 'same' // A peer stored something else there: it says nothing of any version.
  }
}

/** Notes which schema the drawings are written with, where nothing says so yet. */
export function signSchema(doc: Y.Doc, store: TLStore): void {
  if (readVersions(doc).schema === undefined) writeMeta(doc, { schema: store.schema.serialize() as unknown as Json })
}

/**
 * Brings the drawings of an older version up to date, all at once: tldraw's migrations look at whole boards. Ours need none,
 * since their names never change. Records that cannot be migrated stay as they are.
 */
export function migrate(doc: Y.Doc, store: TLStore): void {
  const schema = readVersions(doc).schema as unknown as SerializedSchema
  const records = recordsOf(doc)
  const before = new Map<string, TLRecord>()
  for (const [id, record] of records.entries()) {
    const flat = readFlat(record)
    if (!flat) continue
    if (isAssetId(id)) {
      const asset = decodeAsset(id, flat)
      if (!('reason' in asset)) before.set(asset.id, asset)
    } else if (isShapeKey(id)) {
      const decoded = decodeShape(id, flat)
      if ('shape' in decoded) before.set(decoded.shape.id, decoded.shape)
    }
  }
  const result = migrated(store, schema, Object.fromEntries(before))
  if (!result) return
  doc.transact(() => {
    for (const after of Object.values(result)) {
      const was = before.get(after.id)
      const record = records.get(recordIdOf(after.id))
      if (!was || !record) continue
      const [a, b] = [encode(was), encode(after)]
      for (const name of changedKeys(a, b)) changeRecord(record, name, b.get(name))
    }
    writeMeta(doc, { schema: store.schema.serialize() as unknown as Json })
  }, 'migration')
}

/** Migrations walk what peers stored, and some throw on what they do not expect; then everything stays as it is. */
function migrated(store: TLStore, schema: SerializedSchema, records: Record<string, TLRecord>): Record<string, TLRecord> | undefined {
  try {
    const result = store.schema.migrateStoreSnapshot({ schema, store: structuredClone(records) as Record<string, never> })
    return result.type === 'error' ? undefined : (result.value as Record<string, TLRecord>)
  } catch {
    return undefined
  }
}

const encode = (record: TLRecord) => (record.typeName === 'shape' ? encodeShape(record) : record.typeName === 'asset' ? encodeAsset(record) : new Map<string, Json>())
