import type { Page } from 'playwright-core'

/** What went wrong with a shape, and while what was done with it. */
export type Wrong = readonly [id: string, doing: string, error: string]

/**
 * Does with shapes of somebody's canvas what people and tldraw do with them: draws, measures, hits, selects, writes on, turns, moves,
 * copies and exports each, and at last all together. Resolves to what threw, or led nowhere.
 */
export function exercise(page: Page, only?: readonly string[]): Promise<Wrong[]> {
  return page.evaluate(async only => {
    const { editor } = window.manyfutures!
    const wrong: [string, string, string][] = []
    const frame = () => new Promise(requestAnimationFrame)
    const said = (error: unknown) => (error instanceof Error ? `${error.message} ${(error.stack ?? '').split('\n').slice(0, 6).join(' ')}` : String(error))
    const attempt = async (id: string, doing: string, work: () => unknown) => {
      try {
        await work()
      } catch (error) {
        wrong.push([id, doing, said(error)])
      }
      const crash = (editor as unknown as { getCrashingError(): unknown }).getCrashingError()
      if (crash) wrong.push([id, `${doing}, and the canvas ended`, said(crash)])
      return !crash
    }
    const isFinite = (box: { x: number; y: number; w: number; h: number } | undefined) => box === undefined || Number.isFinite(box.x + box.y + box.w + box.h)
    const toBegin = () => {
      editor.setCurrentTool('select.idle')
      editor.setEditingShape(null)
      editor.setCroppingShape(null)
    }
    const undone = (work: () => void) => () => {
      const mark = editor.markHistoryStoppingPoint('exercise')
      work()
      editor.bailToMark(mark)
    }
    const ids = editor.getCurrentPageShapes().map(({ id }) => id).filter(id => (only ? only.includes(id.slice('shape:'.length)) : id !== 'shape:ok'))
    for (const id of ids) {
      if (!editor.getShape(id)) continue
      const shape = () => editor.getShape(id)!
      const util = editor.getShapeUtil(shape())
      const each: [string, () => unknown][] = [
        ['measured', () => {
          const bounds = editor.getShapeGeometry(id).bounds
          if (!isFinite(bounds) || !isFinite(editor.getShapePageBounds(id))) throw new Error(`It stands nowhere: ${JSON.stringify([bounds, editor.getShapePageBounds(id)])}`)
        }],
        ['said in words', () => [util.getText(shape()), util.getAriaDescriptor(shape())]],
        ['outlined', () => [util.getIndicatorPath(shape()), editor.getShapeHandles(id), util.getFontFaces(shape())]],
        ['hit', () => {
          const { x, y, w, h } = editor.getShapePageBounds(id)!
          for (const at of [{ x: x + w / 2, y: y + h / 2 }, { x, y }, { x: x + 1, y: y + 1 }]) {
            editor.getShapeAtPoint(at, { hitInside: true, margin: 10 })
            editor.isPointInShape(id, at, { margin: 4, hitInside: true })
          }
        }],
        ['seen', async () => {
          editor.zoomToBounds(editor.getShapePageBounds(id)!, { inset: 100 })
          await frame()
        }],
        ['selected', async () => {
          editor.select(id)
          await frame()
          await frame()
        }],
        ['written on', async () => {
          if (util.canEdit(shape(), { type: 'press_enter' } as never) && !shape().isLocked) {
            editor.setEditingShape(id)
            editor.setCurrentTool('select.editing_shape', { target: 'shape', shape: shape() })
            await frame()
            await frame()
          }
        }],
        ['left', toBegin],
        ['cropped', async () => {
          if (!util.canCrop(shape()) || shape().isLocked) return
          editor.setCroppingShape(id)
          await frame()
          toBegin()
        }],
        ['moved', undone(() => editor.nudgeShapes([id], { x: 5, y: 5 }))],
        ['resized', undone(() => editor.resizeShape(id, { x: 1.5, y: 0.5 }))],
        ['turned', undone(() => editor.rotateShapesBy([id], 0.3))],
        ['said anew', undone(() => {
          const { type, props } = shape()
          if (type === 'card') editor.updateShape({ id, type, props: { text: `${props.text}.` } })
          if (type === 'arrow') editor.updateShape({ id, type, meta: { kind: 'blocks' } })
        })],
        ['mirrored', undone(() => editor.flipShapes([id], 'horizontal'))],
        ['copied', undone(() => {
          const content = editor.getContentFromCurrentPage([id])
          if (content) editor.putContentOntoCurrentPage(content, { select: true })
        })],
        ['doubled', undone(() => editor.duplicateShapes([id], { x: 10, y: 10 }))],
        ['exported', async () => void (await editor.getSvgString([id]))],
      ]
      for (const [doing, work] of each) if (editor.getShape(id) && !(await attempt(id, doing, work))) return wrong
    }
    const together: [string, () => unknown][] = [
      ['all selected', async () => {
        editor.selectAll()
        await frame()
        editor.getSelectionRotatedPageBounds()
        editor.zoomToFit()
        await frame()
      }],
      ['all copied', undone(() => {
        const content = editor.getContentFromCurrentPage(editor.getSelectedShapeIds())
        if (content) editor.putContentOntoCurrentPage(content, { select: true })
      })],
      ['all in a group', undone(() => editor.groupShapes(editor.getSelectedShapeIds()))],
      ['all in a row', undone(() => editor.alignShapes(editor.getSelectedShapeIds(), 'top').distributeShapes(editor.getSelectedShapeIds(), 'horizontal'))],
      ['all exported', async () => void (await editor.getSvgString([...editor.getCurrentPageShapeIds()]))],
      ['nothing selected', () => void editor.selectNone()],
    ]
    for (const [doing, work] of together) if (!(await attempt('all', doing, work))) return wrong
    return wrong
  }, only)
}
