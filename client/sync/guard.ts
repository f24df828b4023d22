import {
  createTLStore,
  defaultBindingUtils,
  defaultShapeUtils,
  Editor,
  renderPlaintextFromRichText,
  tipTapDefaultExtensions,
  type TLAsset,
  type TLRecord,
  type TLShape,
  type TLStore,
} from 'tldraw'
import { readPictureSource } from '../../shared/pictures.ts'
import { sentenceOf } from '../../shared/sentence.ts'

/*
 * What may reach the canvas. A peer's record that throws inside tldraw takes the whole editor down, for everybody and again at
 * every reload; so each one is looked at first. A bad one stays in the board, hidden and counted, and is read again later.
 */

/** Deeper nesting than any board has; a cycle of parents would hang the renderer. */
const maxDepth = 64
const maxCoordinate = 1e7
const maxSize = 1e5
const maxBytes = 512 * 1024

export interface Guard {
  /** Why a shape cannot be drawn, if it cannot. `parent` finds its surroundings, those that arrive with it included. */
  shape(shape: TLShape, parent: (id: string) => TLShape | undefined): string | undefined
  asset(asset: TLAsset): string | undefined
  dispose(): void
}

export function createGuard(store: TLStore): Guard {
  let sandbox: Editor | undefined
  const valid = (record: TLRecord): string | undefined => {
    try {
      store.schema.validateRecord(store, record, 'createRecord', null)
      return undefined
    } catch (error) {
      return `tldraw refuses it: ${shortSentenceOf(error)}`
    }
  }
  return {
    shape: (shape, parent) =>
      outOfRange(shape) ?? valid(shape) ?? misplaced(shape, parent) ?? unprintable(shape, () => (sandbox ??= createSandbox())) ?? tooLarge(shape),
    asset: asset => valid(asset) ?? unsafeSource(asset) ?? tooLarge(asset),
    dispose: () => sandbox?.dispose(),
  }
}

const shortSentenceOf = (error: unknown): string => sentenceOf(error).slice(0, 160)

function outOfRange({ x, y, rotation, props }: TLShape): string | undefined {
  if (!(Math.abs(x) <= maxCoordinate && Math.abs(y) <= maxCoordinate && Number.isFinite(rotation))) return 'it is too far away'
  for (const name of ['w', 'h', 'scale', 'scaleX', 'scaleY', 'bend', 'growY'] as const) {
    const value = (props as Record<string, unknown>)[name]
    if (value !== undefined && !(typeof value === 'number' && Math.abs(value) <= maxSize)) return `its ${name} is out of range`
  }
  return undefined
}

/** A chain of parents must end at the page. */
function misplaced(shape: TLShape, parent: (id: string) => TLShape | undefined): string | undefined {
  const seen = new Set<string>([shape.id])
  for (let at: TLShape = shape; at.parentId.startsWith('shape:'); ) {
    const next = parent(at.parentId)
    if (!next) return 'what it is inside of is not here'
    if (seen.has(next.id) || seen.size > maxDepth) return 'it is inside itself'
    if (next.type === 'card') return 'it is inside a card'
    seen.add(next.id)
    at = next
  }
  return undefined
}

const drawn = new Set(['draw', 'highlight', 'line'])

/** Geometry and text are worked out in a room of their own first: there, outside every error boundary, is where tldraw throws. */
function unprintable(shape: TLShape, sandbox: () => Editor): string | undefined {
  const richText = (shape.props as { richText?: unknown }).richText
  if (!drawn.has(shape.type) && richText === undefined) return undefined
  try {
    if (richText !== undefined) renderPlaintextFromRichText(sandbox(), richText as Parameters<typeof renderPlaintextFromRichText>[1])
    if (drawn.has(shape.type)) {
      const { bounds } = sandbox().getShapeUtil(shape.type).getGeometry(shape)
      if (!Number.isFinite(bounds.x + bounds.y + bounds.w + bounds.h)) return 'its lines lead nowhere'
    }
    return undefined
  } catch (error) {
    return `it cannot be drawn: ${shortSentenceOf(error)}`
  }
}

/** An editor nobody sees, with a store of its own. */
function createSandbox(): Editor {
  const host = document.createElement('div')
  return new Editor({
    store: createTLStore({ shapeUtils: defaultShapeUtils, bindingUtils: defaultBindingUtils }),
    shapeUtils: defaultShapeUtils,
    bindingUtils: defaultBindingUtils,
    tools: [],
    getContainer: () => host,
    options: { text: { tipTapConfig: { extensions: tipTapDefaultExtensions } } },
  })
}

/** A picture from another host would tell that host who looks at the board; one inside the board would weigh on everybody who opens it. */
function unsafeSource({ type, props }: TLAsset): string | undefined {
  if (type !== 'image') return 'only pictures can be shown'
  return !props.src || readPictureSource(props.src) ? undefined : 'it comes from another place'
}

const tooLarge = (record: object): string | undefined => (JSON.stringify(record).length > maxBytes ? 'it is too large' : undefined)
