import { DefaultStylePanel, type TLUiStylePanelProps, useEditor, useValue } from 'tldraw'
import { isCardShape, isStructureShape } from '../sync/shapes.ts'

const drawing = ['draw', 'highlight', 'line', 'geo', 'text', 'frame']

/** Colours and strokes, where there is something they apply to: free drawing, not cards. */
export function StylePanelForDrawings(props: TLUiStylePanelProps) {
  const editor = useEditor()
  const wanted = useValue(
    'styles apply',
    () => {
      const selected = editor.getSelectedShapes()
      if (selected.length) return selected.every(shape => !isCardShape(shape) && !isStructureShape(shape) && !(shape.type === 'arrow' && shape.meta['kind']))
      return drawing.includes(editor.getCurrentToolId())
    },
    [editor],
  )
  return wanted ? <DefaultStylePanel {...props} /> : null
}
