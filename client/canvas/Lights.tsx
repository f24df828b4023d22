import flag from 'lucide/dist/esm/icons/triangle-alert.mjs'
import { useEditor, useValue } from 'tldraw'
import type { RecordId } from '../../shared/ids.ts'
import { shapeIdOf } from '../sync/codec.ts'
import { isStructureShape } from '../sync/shapes.ts'
import { Icon } from '../ui/Icon.tsx'
import { useBoard } from './board-context.ts'

/** What the tool draws over the map just now: flags beside what a check found, and the ways through one card. */
export interface Lights {
  readonly flags: readonly { readonly id: RecordId; /** None where the words stand at another card. */ readonly words: string }[]
  /** Cards and relations that stay bright while everything else recedes. */
  readonly lit: ReadonlySet<RecordId> | undefined
}

export const noLights: Lights = { flags: [], lit: undefined }

/** More flags than this would hide the map. */
const mostFlags = 60

export function LightsOverMap() {
  const editor = useEditor()
  const { lights } = useBoard()
  const lit = useValue('what is lit', () => lights.get().lit, [lights])
  const flags = useValue(
    'flags',
    () => {
      const seen = editor.getViewportPageBounds()
      return lights
        .get()
        .flags.slice(0, mostFlags)
        .flatMap(({ id, words }) => {
          const bounds = editor.getShapePageBounds(shapeIdOf(id))
          if (!bounds || !seen.collides(bounds)) return []
          const { x, y } = editor.pageToViewport(bounds)
          return [{ id, words, x, y, w: bounds.w * editor.getZoomLevel(), h: bounds.h * editor.getZoomLevel(), wide: isStructureShape(editor.getShape(shapeIdOf(id))) }]
        })
    },
    [editor, lights],
  )
  return (
    <div className="mf-lights" aria-hidden="true">
      {/* One rule for the whole map instead of a thousand cards that each ask whether they are meant. */}
      {lit && <style>{`.tl-container .tl-shape:not(:is(${[...lit].map(id => `[data-shape-id="shape:${id}"]`).join() || '_'})) { opacity: .16 !important; }`}</style>}
      {flags.map(({ id, words, x, y, w, h, wide }) => (
        <div key={id} className="mf-flag" data-wide={wide || undefined} style={{ left: x - 5, top: y - 5, width: w + 10, height: h + 10 }}>
          {words && (
            <span>
              <Icon of={flag} size={14} /> <b>{words}</b>
            </span>
          )}
        </div>
      ))}
    </div>
  )
}
