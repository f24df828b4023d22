import * as Y from 'yjs'
import { encodeUpdate } from '../../server/sync/slices.ts'
import { hydrateAtOnce } from '../../server/sync/hydrate.ts'
import { ingest } from '../../server/sync/ingest.ts'
import { atOnce } from '../../server/sync/parsed-update.ts'
import { rootsOf } from '../../server/log-reader/roots.ts'
import { mayMean } from '../../shared/document/meanings.ts'
import { roots } from '../../shared/document/stored.ts'

/*
 * One update of any bytes, judged as the server judges it, and what must hold of every verdict. A fuzzer that sees which branches an input
 * reaches is given this by `npm run soak -- coverage`; what it kept is judged again by the tests.
 */

/** A board with something of everything that boards store, always the same. */
function ground(): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = 1
  doc.transact(() => {
    const records = doc.getMap('records')
    for (const id of ['a', 'b', 'c']) {
      const record = new Y.Map<unknown>([['type', 'card']])
      record.set('text', new Y.Text('words'))
      records.set(id, record)
    }
    doc.getMap('meta').set('title', 'A board')
    records.delete('c')
  })
  return Y.encodeStateAsUpdate(doc)
}

export const board = ground()

/** Throws where something does not hold; returns whether it was taken. */
export function judge(bytes: Uint8Array): boolean {
  const doc = new Y.Doc()
  for (const root of roots.canvas) doc.getMap(root)
  Y.applyUpdate(doc, board)
  const before = Buffer.from(Y.encodeStateAsUpdate(doc))
  const verdict = atOnce(ingest({ doc, roots: roots.canvas }, bytes, { records: 1_000, bytes: 2 ** 20, mayMean, isForeign: () => false }))
  if (!before.equals(Y.encodeStateAsUpdate(doc))) throw new Error('Judging touched the document.')
  if ('code' in verdict) return false
  const [slices, shared] = [[...verdict.slices].map(({ update }) => update), doc.share.size]
  for (const slice of slices) Y.applyUpdate(doc, slice)
  const { pendingStructs, pendingDs } = doc.store
  if (pendingStructs || pendingDs) throw new Error('What was taken up waits inside the document.')
  if (doc.share.size !== shared) throw new Error('A root came that boards do not have.')

  // What goes to the log is read as what was shown: by whoever opens the board, and by whoever only reads it.
  const stored = [board, ...slices]
  const opened = hydrateAtOnce('canvas', { updates: stored })
  if (opened.leftOut || opened.madeHarmless) throw new Error('What was taken is not read again.')
  const shown = text(doc)
  if (text(opened.doc) !== shown) throw new Error('Whoever opens the board sees something else.')
  const read = rootsOf(stored)
  if (read && JSON.stringify(roots.canvas.map(root => plain(read.get(root) ?? new Map()))) !== shown) throw new Error('Whoever reads the log sees something else.')
  if (verdict.waiting) encodeUpdate(verdict.waiting.bytes, [], [])
  return true
}

const text = (doc: Y.Doc): string => JSON.stringify(roots.canvas.map(root => plain(new Map(Object.entries(doc.getMap(root).toJSON())))))

/** Values as JSON has them, in the order of their names. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return [...value].map(([name, inner]) => [name, plain(inner)]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null) return plain(new Map(Object.entries(value)))
  return value ?? null
}
