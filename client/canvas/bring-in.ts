import { Box, createTLStore, DocumentRecordType, type Editor, getIndicesAbove, PageRecordType, type TLArrowBinding, TLDOCUMENT_ID, type TLImageAsset, type TLRecord, type TLShape, type TLShapeId, type VecLike } from 'tldraw'
import * as Y from 'yjs'
import type { ParticipantId } from '../../shared/ids.ts'
import { counted, ImportError } from '../../shared/import/imported.ts'
import type { Parcel, ParcelPicture } from '../../shared/import/parcel.ts'
import { pictureTypes } from '../../shared/pictures.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { bind } from '../sync/binding.ts'
import { pageId } from '../sync/codec.ts'
import { ageOf, migrate } from '../sync/schema.ts'
import { schema } from '../sync/shapes.ts'
import { cornerOf } from './add-many.ts'
import { asArranged } from './arranged.ts'
import type { Pictures } from './pictures.ts'
import { sendPicture } from './send-pictures.ts'
import { reveal } from './reveal.ts'

interface Contents {
  readonly shapes: readonly TLShape[]
  readonly bindings: readonly TLArrowBinding[]
  /** How many records cannot be drawn here. */
  readonly hidden: number
}

export interface BringWork {
  readonly signal: AbortSignal
  readonly progress: (progress: { readonly sentence: string; readonly part?: number }) => void
}

/**
 * Puts what a file holds on the board, around a point of the page and clear of everything that stands there: one step of undo,
 * selected and in sight afterwards. Resolves to a sentence about what was lost on the way; where it rejects, nothing was
 * put. Whatever the file holds, it goes the way of what peers send: looked at before it reaches the canvas.
 */
export async function bringIn(editor: Editor, pictures: Pictures, parcel: Parcel, at: VecLike, { signal, progress }: BringWork): Promise<string[]> {
  const contents = unpack(parcel)
  const room = editor.options.maxShapesPerPage - editor.getCurrentPageShapeIds().size
  if (contents.shapes.length > room) throw new ImportError(`This board has room for ${counted(Math.max(0, room), 'more thing')}, and there are ${contents.shapes.length.toLocaleString('en')} in the file. Open it as a board of its own from the first page.`)
  if (contents.shapes.length === 0) throw new ImportError('There is nothing in it that a board can show, so nothing was brought in.')
  const closed = parcel.pictures.length ? pictures.closed() : undefined
  if (closed) throw new ImportError(closed)
  const { sent, refused } = await sendAll(pictures, parcel.pictures, signal, progress)
  signal.throwIfAborted()
  // Much may have changed while pictures were on their way.
  if (editor.isDisposed || editor.getIsReadonly()) throw new ImportError('The board can no longer be changed, so nothing was brought in.')
  put(editor, contents, sent, at)
  return [
    ...refused,
    ...(contents.hidden ? [`${counted(contents.hidden, 'thing')} that this version cannot draw ${contents.hidden === 1 ? 'was' : 'were'} left out.`] : []),
  ]
}

/** Reads a parcel as a board of its own that nobody sees: brought up to date, and without what would end a canvas. */
function unpack({ update }: Parcel): Contents {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, update)
  const store = createTLStore({ schema })
  store.put([DocumentRecordType.create({ id: TLDOCUMENT_ID }), PageRecordType.create({ id: pageId, name: '', index: 'a1' as never })])
  const age = ageOf(doc, store)
  if (age === 'newer') throw new ImportError('The drawings in this file were made with a newer version of Manyfutures. Ask whoever runs the server to update it.')
  if (age === 'older') migrate(doc, store)
  const binding = bind({ doc, store, me: '' as ParticipantId, canWrite: () => false })
  binding.drain()
  const records = store.allRecords()
  const hidden = binding.hidden.get()
  binding.dispose()
  doc.destroy()
  return { shapes: records.filter((record): record is TLShape => record.typeName === 'shape'), bindings: records.filter((record): record is TLArrowBinding => record.typeName === 'binding'), hidden }
}

interface Sent {
  /** From the parcel's name of a picture to what the server made of it. */
  readonly sent: ReadonlyMap<string, TLImageAsset>
  readonly refused: readonly string[]
}

/** Sends the pictures of a parcel. One that is none is left out and said; where the server cannot be reached or is full, it all ends. */
async function sendAll(pictures: Pictures, all: readonly ParcelPicture[], signal: AbortSignal, progress: BringWork['progress']): Promise<Sent> {
  const sent = new Map<string, TLImageAsset>()
  const refused: string[] = []
  for (const [i, { asset, data }] of all.entries()) {
    signal.throwIfAborted()
    progress({ sentence: `Sending picture ${i + 1} of ${all.length} …`, part: i / all.length })
    const blob = await (await fetch(data)).blob()
    if (!(pictureTypes as readonly string[]).includes(blob.type)) {
      refused.push(`Picture ${i + 1} is none that a board can show.`)
      continue
    }
    try {
      sent.set(asset, await sendPicture(pictures, new File([blob], '', { type: blob.type }), percent => progress({ sentence: `Sending picture ${i + 1} of ${all.length} …`, part: (i + percent / 100) / all.length }), signal))
    } catch (error) {
      const status = (error as { status?: unknown }).status
      // The server answered about this picture alone, or the browser could not show it.
      if (status !== 415 && status !== undefined) throw error
      signal.throwIfAborted()
      refused.push(`Picture ${i + 1} was left out. ${sentenceOf(error)}`)
    }
  }
  return { sent, refused }
}

function put(editor: Editor, { shapes, bindings }: Contents, sent: ReadonlyMap<string, TLImageAsset>, at: VecLike): void {
  const kept = shapes.flatMap(shape => withPicture(shape, sent))
  const ids = new Set<string>(kept.map(({ id }) => id))
  const isRoot = ({ parentId }: TLShape): boolean => !ids.has(parentId)
  const roots = kept.filter(isRoot).sort((a, b) => (a.index < b.index ? -1 : a.index > b.index ? 1 : a.id < b.id ? -1 : 1))
  const top = editor.getSortedChildIdsForParent(pageId).map(id => editor.getShape(id)?.index).at(-1)
  const indices = getIndicesAbove(top, roots.length)
  const placed = new Map(roots.map((root, i) => [root.id, { ...root, parentId: pageId, index: indices[i] } as TLShape]))
  const between = bindings.filter(({ fromId, toId }) => ids.has(fromId) && ids.has(toId))
  const ends = Map.groupBy(between, ({ fromId }) => fromId)
  // An arrow between two others stands where they are.
  const standing = roots.filter(({ id }) => (ends.get(id)?.length ?? 0) < 2)
  editor.markHistoryStoppingPoint('bring in')
  const work = (): void => {
    editor.createAssets([...new Map([...sent.values()].map(asset => [asset.id, asset])).values()].filter(({ id, props }) => editor.getAsset(id)?.props.src !== props.src))
    editor.store.put(outsideIn(kept).map(shape => placed.get(shape.id) ?? shape) as TLRecord[])
    const bounds = Box.Common(standing.map(({ id }) => editor.getShapePageBounds(id)).filter(each => each !== undefined))
    const corner = cornerOf(editor, bounds, undefined, at, ids)
    const [dx, dy] = [corner.x - bounds.x, corner.y - bounds.y]
    editor.updateShapes(standing.map(({ id, type, x, y }) => ({ id, type, x: x + dx, y: y + dy })) as Parameters<Editor['updateShapes']>[0])
    // Last, so that nothing they join moves under them.
    editor.store.put(between as TLRecord[])
    editor.setCurrentTool('select')
    editor.select(...roots.map(({ id }) => id))
  }
  asArranged(editor, () => editor.run(work, { ignoreShapeLock: true }))
  showBeside(editor, roots.map(({ id }) => id))
}

/** Shows it once the panel for what is selected has taken its place: before, it would be shown behind it. */
function showBeside(editor: Editor, ids: readonly TLShapeId[]): void {
  const { timers } = editor
  timers.requestAnimationFrame(() =>
    timers.requestAnimationFrame(() => {
      editor.updateViewportScreenBounds(editor.getContainer())
      reveal(editor, ids)
    }),
  )
}

/** A shape with its picture as the server has it; nothing for one whose picture did not come. */
function withPicture(shape: TLShape, sent: ReadonlyMap<string, TLImageAsset>): TLShape[] {
  if (shape.type !== 'image') return [shape]
  const asset = sent.get(shape.props.assetId ?? '')
  return asset ? [{ ...shape, props: { ...shape.props, assetId: asset.id } }] : []
}

/** Containers before what is inside of them. */
function outsideIn(shapes: readonly TLShape[]): TLShape[] {
  const byId = new Map<string, TLShape>(shapes.map(shape => [shape.id, shape]))
  const depth = (shape: TLShape): number => {
    const parent = byId.get(shape.parentId)
    return parent ? 1 + depth(parent) : 0
  }
  return shapes.map(shape => ({ shape, depth: depth(shape) })).sort((a, b) => a.depth - b.depth).map(({ shape }) => shape)
}
