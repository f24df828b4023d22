import { type ComponentProps, forwardRef } from 'react'
import { DefaultShapeWrapper, type Editor, Rectangle2d, type TLAnyShapeUtilConstructor, type TLShape, useEditor } from 'tldraw'
import { dashesFor } from '../../shared/dashes.ts'
import { undrawable } from '../sync/undrawable.ts'
import { Fence } from '../ui/Fence.tsx'

/*
 * Every shape passed the guard. Should one throw all the same, whatever is asked of it, it goes off the canvas and is counted: the board goes
 * on, and nobody sees tldraw's own words for it.
 */

/** What tldraw asks of a shape's util, with the answer where it throws. What draws is not among them: it uses hooks, and has a fence around it. */
const answers = {
  getGeometry: () => new Rectangle2d({ width: 1, height: 1, isFilled: true }),
  getFontFaces: () => [],
  getHandles: () => [],
  toSvg: () => null,
  toBackgroundSvg: () => null,
  ...Object.fromEntries(
    ['getText', 'getAriaDescriptor', 'getIndicatorPath', 'getClipPath', 'onBeforeCreate', 'onBeforeUpdate', 'onResizeStart', 'onResize', 'onResizeEnd', 'onTranslateStart', 'onTranslate', 'onTranslateEnd', 'onRotateStart', 'onRotate', 'onRotateEnd', 'onHandleDragStart', 'onHandleDrag', 'onHandleDragEnd', 'onBindingChange', 'onChildrenChange', 'onDoubleClick', 'onDoubleClickEdge', 'onClick', 'onEditStart', 'onEditEnd', 'onCrop'].map(name => [name, () => undefined]),
  ),
} as const

/** Longer lines lose their gaps, see `dashesFor`. */
function calm(editor: Editor, shape: TLShape): TLShape {
  const { dash } = shape.props as { dash?: string }
  const gaps = dash === 'dotted' || dash === 'dashed' ? dash : undefined
  return gaps === dashesFor(gaps, gaps ? editor.getShapeGeometry(shape).length : 0) ? shape : ({ ...shape, props: { ...shape.props, dash: 'solid' } } as TLShape)
}

type Method = (this: { editor: Editor }, shape: TLShape, ...rest: unknown[]) => unknown

/** A util that answers whatever its shapes hold. */
export function fenced<U extends TLAnyShapeUtilConstructor>(Util: U): U {
  const proto = Util.prototype as unknown as Record<string, Method | undefined>
  const Fenced = class extends (Util as unknown as new (...given: unknown[]) => object) {}
  for (const [name, otherwise] of Object.entries(answers)) {
    if (!(name in proto)) continue
    const safe: Method = function (shape, ...rest) {
      try {
        const answer = proto[name]?.call(this, name === 'toSvg' ? calm(this.editor, shape) : shape, ...rest)
        return answer instanceof Promise ? answer.catch(error => (undrawable(this.editor.store, shape.id, error), otherwise())) : answer
      } catch (error) {
        undrawable(this.editor.store, shape.id, error)
        return otherwise()
      }
    }
    Object.defineProperty(Fenced.prototype, name, { value: safe, configurable: true, writable: true })
  }
  const component: Method = function (shape) {
    return proto['component']?.call(this, calm(this.editor, shape))
  }
  Object.defineProperty(Fenced.prototype, 'component', { value: component })
  return Fenced as unknown as U
}

/** A shape's element, with what draws it behind a fence. */
export const ShapeWrapper = forwardRef<HTMLDivElement, ComponentProps<typeof DefaultShapeWrapper>>(function ShapeWrapper({ children, ...props }, ref) {
  const { store } = useEditor()
  return (
    <DefaultShapeWrapper {...props} ref={ref}>
      <Fence key={props.shape.type} instead={null} caught={error => undrawable(store, props.shape.id, error)}>
        {children}
      </Fence>
    </DefaultShapeWrapper>
  )
})
