import {
  createTLStore,
  defaultBindingUtils,
  defaultShapeUtils,
  Editor,
  type TiptapNode,
  tipTapDefaultExtensions,
  type TLAsset,
  type TLRecord,
  type TLRichText,
  type TLShape,
  type TLStore,
} from 'tldraw'
import { readPictureSource } from '../../shared/pictures.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { outOfBounds } from './bounds.ts'
import { isOwn } from './codec.ts'
import { createTextCheck } from './rich-text.ts'

/*
 * What may reach the canvas. A peer's record that throws inside tldraw takes the whole editor down, for everybody and again at
 * every reload; so each one is looked at first. A bad one stays in the board, hidden and counted, and is read again later.
 */

/** Deeper nesting than any board has; a cycle of parents would hang the renderer. */
const maxDepth = 64
const maxBytes = 512 * 1024
/** What tldraw's own drawings may weigh in all, in letters of JSON beyond the first few thousand of each: long strokes and labels take a page's time by their length. */
const mostInAll = 2 * 1024 * 1024
const light = 4 * 1024

export interface Guard {
  /** Why a shape cannot be drawn, if it cannot. `parent` finds its surroundings, those that arrive with it included. */
  shape(shape: TLShape, parent: (id: string) => TLShape | undefined): string | undefined
  asset(asset: TLAsset): string | undefined
  /** A shape is not on the canvas any more. */
  gone(id: string): void
  dispose(): void
}

export function createGuard(store: TLStore): Guard {
  let made: Sandbox | undefined
  const sandbox = (): Sandbox => (made ??= createSandbox())
  const valid = (record: TLRecord): string | undefined => {
    try {
      store.schema.validateRecord(store, record, 'createRecord', null)
      return undefined
    } catch (error) {
      return `tldraw refuses it: ${shortSentenceOf(error)}`
    }
  }
  const weights = new Map<string, number>()
  let inAll = 0
  const weigh = (id: string, weight: number): void => {
    inAll += weight - (weights.get(id) ?? 0)
    if (weight > 0) weights.set(id, weight)
    else weights.delete(id)
  }
  /** What is too much by itself or with the others. Ours weigh nothing: how much of them is read is bounded elsewhere. */
  const tooHeavy = (shape: TLShape): string | undefined => {
    const bytes = JSON.stringify(shape).length
    if (bytes > maxBytes) return tooLarge
    const weight = isOwn(shape.type) ? 0 : Math.max(0, bytes - light)
    if (weight > 0 && inAll - (weights.get(shape.id) ?? 0) + weight > mostInAll) return 'there are more long drawings than can be drawn'
    weigh(shape.id, weight)
    return undefined
  }
  return {
    shape(shape, parent) {
      const reason = valid(shape) ?? outOfBounds(shape) ?? misplaced(shape, parent) ?? tooHeavy(shape) ?? (isOwn(shape.type) ? undefined : undrawable(shape, sandbox))
      if (reason !== undefined) weigh(shape.id, 0)
      return reason
    },
    asset: asset => valid(asset) ?? unsafeSource(asset) ?? (JSON.stringify(asset).length > maxBytes ? tooLarge : undefined),
    gone: id => weigh(id, 0),
    dispose: () => made?.editor.dispose(),
  }
}

export const shortSentenceOf = (error: unknown): string => sentenceOf(error).slice(0, 160)

const notHere = 'what it is inside of is not here'
const inItself = 'it is inside itself'
const inCard = 'it is inside a card'

/** Reasons that are over once what a shape is inside of is another. */
export const waits: ReadonlySet<string> = new Set([notHere, inItself, inCard])

/** A chain of parents must end at the page. */
function misplaced(shape: TLShape, parent: (id: string) => TLShape | undefined): string | undefined {
  const seen = new Set<string>([shape.id])
  for (let at: TLShape = shape; at.parentId.startsWith('shape:'); ) {
    const next = parent(at.parentId)
    if (!next) return notHere
    if (seen.has(next.id) || seen.size > maxDepth) return inItself
    if (next.type === 'card') return inCard
    seen.add(next.id)
    at = next
  }
  return undefined
}

/** Shapes whose outline says where they are; others are as large as they say. */
const outlined = new Set(['draw', 'highlight', 'line', 'geo'])

/** Geometry and text are worked out in a room of their own first: there, outside every error boundary, is where tldraw throws. */
function undrawable(shape: TLShape, sandbox: () => Sandbox): string | undefined {
  // A page inside the page would come from another host, which nothing on a board does.
  if (shape.type === 'embed') return 'it comes from another place'
  const { richText } = shape.props as { richText?: TLRichText }
  if (!outlined.has(shape.type) && richText === undefined) return undefined
  try {
    const reason = richText && sandbox().text(richText)
    if (reason) return reason
    if (outlined.has(shape.type)) {
      const util = sandbox().editor.getShapeUtil(shape.type)
      const geometry = util.getGeometry(shape)
      const { bounds } = geometry
      if (!(Math.max(Math.abs(bounds.x), Math.abs(bounds.y), bounds.w, bounds.h) <= mostBounds)) return 'its lines lead nowhere'
      geometry.nearestPoint(bounds.center)
      util.getIndicatorPath(shape)
    }
    return undefined
  } catch (error) {
    return `it cannot be drawn: ${shortSentenceOf(error)}`
  }
}

const mostBounds = 1e7

interface Sandbox {
  readonly editor: Editor
  readonly text: (richText: TLRichText) => string | undefined
}

/** An editor nobody sees, with a store of its own. */
function createSandbox(): Sandbox {
  const host = document.createElement('div')
  let root: TiptapNode | undefined
  const editor = new Editor({
    store: createTLStore({ shapeUtils: defaultShapeUtils, bindingUtils: defaultBindingUtils }),
    shapeUtils: defaultShapeUtils,
    bindingUtils: defaultBindingUtils,
    tools: [],
    getContainer: () => host,
    options: {
      text: {
        tipTapConfig: { extensions: tipTapDefaultExtensions },
        addFontsFromNode(node, state) {
          if (node.type === node.type.schema.topNodeType) root = node
          return state
        },
      },
    },
  })
  const text = createTextCheck(editor, () => root)
  return { editor, text: richText => ((root = undefined), text(richText)) }
}

/** A picture from another host would tell that host who looks at the board; one inside the board would weigh on everybody who opens it. */
function unsafeSource({ type, props }: TLAsset): string | undefined {
  if (type !== 'image') return 'only pictures can be shown'
  return !props.src || readPictureSource(props.src) ? undefined : 'it comes from another place'
}

const tooLarge = 'it is too large'
