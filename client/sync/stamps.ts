import type { TLShape } from 'tldraw'
import { key } from '../../shared/board.ts'
import type { ParticipantId } from '../../shared/ids.ts'
import { methods } from '../../shared/methods/index.ts'
import { isOpinionKey } from '../../shared/views.ts'
import type { Copy } from './copy.ts'
import { isMerging } from './merging.ts'
import { provenanceOf } from './shapes.ts'
import { isReplaying } from './undo-guard.ts'

/** Edits by one person within this many seconds count as one. */
const oneEdit = 30

const signed = new Set(['card', 'arrow', ...Object.keys(methods)])

/** Signs what this person makes and edits: who, and when. Moving a card is not writing it, so it signs nothing. */
export function stampEdits(copy: Copy, me: ParticipantId): () => void {
  const seconds = () => Math.floor(copy.clock.now() / 1_000)
  const { sideEffects } = copy.store
  const stops = [
    sideEffects.registerBeforeCreateHandler('shape', (shape, source) => {
      if (source !== 'user' || !signed.has(shape.type) || isReplaying(copy.editor) || isMerging(copy.store)) return shape
      // A copy is made by whoever copies it, and what people thought was about the other one.
      const meta = Object.fromEntries(Object.entries(shape.meta).filter(([name]) => name !== key.edited && !isOpinionKey(name)))
      return { ...shape, meta: { ...meta, [key.by]: me, [key.at]: seconds() } }
    }),
    sideEffects.registerBeforeChangeHandler('shape', (before, after, source) => {
      if (source !== 'user' || !signed.has(after.type) || isReplaying(copy.editor) || !saysSomethingElse(before, after)) return after
      const made = provenanceOf(after)
      const { by, at } = made.edited ?? made
      if (by === me && at !== undefined && seconds() - at < oneEdit) return after
      return { ...after, meta: { ...after.meta, [key.edited]: [me, seconds()] } }
    }),
  ]
  return () => stops.forEach(stop => stop())
}

/** Whether an edit changed what a shape says, rather than where it is or how large. */
function saysSomethingElse(before: TLShape, after: TLShape): boolean {
  if (before.type === 'arrow') return before.meta[key.kind] !== after.meta[key.kind] || before.meta[key.sign] !== after.meta[key.sign] || before.meta[key.delay] !== after.meta[key.delay]
  if (before.props === after.props) return false
  const [a, b] = [before.props, after.props] as unknown as [Record<string, unknown>, Record<string, unknown>]
  return a['text'] !== b['text'] || a['kind'] !== b['kind'] || a['fields'] !== b['fields']
}
