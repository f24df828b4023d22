import type { Editor, TLShape, TLShapeId } from 'tldraw'
import type { ParticipantId, RecordId } from '../../shared/ids.ts'
import type { Json } from '../../shared/json.ts'
import { meantKey, readView, type ViewName, viewKey } from '../../shared/views.ts'
import { shapeIdOf } from '../sync/codec.ts'

/** What this participant thinks. Each is one step of undo, and touches nobody else's. */
export interface Opinions {
  /** Says what they think of a record; nothing takes it back. A value the view cannot hold is left out. */
  say(record: RecordId, view: ViewName, value: number | string | undefined): void
  /** Notes that a finding is meant the way it is, or that it is not. */
  mean(record: RecordId, check: string, meant: boolean): void
}

export function createOpinions(editor: Editor, me: ParticipantId): Opinions {
  const set = (record: RecordId, name: string, value: Json | undefined) => {
    const shape = editor.getShape(shapeIdOf(record))
    if (!shape || editor.getIsReadonly()) return
    editor.markHistoryStoppingPoint('say')
    editor.run(() => setMeta(editor, shape, name, value), { ignoreShapeLock: true })
  }
  return {
    say: (record, view, value) => set(record, viewKey(view, me), value === undefined ? undefined : readView(view, value)),
    mean: (record, check, meant) => set(record, meantKey(check), meant || undefined),
  }
}

/** One key of a shape's meta; tldraw's own update would keep a key that is to go. */
function setMeta(editor: Editor, shape: TLShape, name: string, value: Json | undefined): void {
  editor.store.update(shape.id as TLShapeId, known => {
    const { [name]: _old, ...meta } = known.meta
    return { ...known, meta: value === undefined ? meta : { ...meta, [name]: value as never } }
  })
}
