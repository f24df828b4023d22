import type { Editor, TLShape, TLUiActionItem, TLUiActionsContextType } from 'tldraw'
import { isStructureShape } from '../sync/shapes.ts'
import { say } from './say.ts'

/**
 * What tldraw offers and a board of meaning does not: pictures in place of cards, locks that anybody turns, addresses that are fetched,
 * other pages.
 */
const unreachable = ['flatten-to-image', 'toggle-lock', 'unlock-all', 'convert-to-bookmark', 'convert-to-embed', 'insert-embed', 'move-to-new-page', 'change-page-prev', 'change-page-next'] as const

/** What would leave a structure standing askew, or without what its places mean. */
const notForStructures = ['remove-frame', 'fit-frame-to-content', 'rotate-cw', 'rotate-ccw', 'flip-horizontal', 'flip-vertical', 'stretch-horizontal', 'stretch-vertical'] as const

/** What would put something between a structure and what stands on it. */
const notOnStructures = ['group', 'frame-selection'] as const

/** tldraw's own actions, by key and menu, without those that destroy what a board means. */
export function actionsOf(editor: Editor, known: TLUiActionsContextType): TLUiActionsContextType {
  const actions = { ...known }
  for (const name of unreachable) delete actions[name]
  const on = (shape: TLShape): boolean => isStructureShape(shape) || editor.getShapeAncestors(shape).some(isStructureShape)
  const limit = (names: readonly string[], meets: (shape: TLShape) => boolean, sentence: string): void => {
    for (const name of names) {
      const action: TLUiActionItem | undefined = actions[name]
      if (!action) continue
      const onSelect: TLUiActionItem['onSelect'] = source => (editor.getSelectedShapes().some(meets) ? say(editor, sentence) : action.onSelect(source))
      actions[name] = { ...action, onSelect }
    }
  }
  limit(notForStructures, isStructureShape, 'A structure stays as it stands, since places on it mean something. Nothing was changed.')
  limit(notOnStructures, on, 'A structure, and what stands on it, is not put into a group or a frame. Nothing was changed.')
  return actions
}
