import { StateNode, type TLKeyboardEventInfo, type VecLike } from 'tldraw'

/** What the next click on the canvas does, at a point of the page. */
export type Put = (at: VecLike) => void

/** A tool that puts something where somebody clicks, and then hands back to selecting. Enter puts it in the middle of what is seen. */
export class PutTool extends StateNode {
  static override id = 'put'
  private what: Put | undefined

  override onEnter({ put }: { put?: Put }) {
    this.what = put
    this.editor.setCursor({ type: 'cross', rotation: 0 })
  }
  override onExit() {
    this.what = undefined
    this.editor.setCursor({ type: 'default', rotation: 0 })
  }
  override onPointerDown() {
    this.finish(this.editor.inputs.getCurrentPagePoint().clone())
  }
  override onKeyDown(info: TLKeyboardEventInfo) {
    if (info.key === 'Enter') this.finish(this.editor.getViewportPageBounds().center)
  }
  override onCancel() {
    this.editor.setCurrentTool('select')
  }

  private finish(at: VecLike) {
    const put = this.what
    this.editor.setCurrentTool('select.idle')
    put?.(at)
  }
}
