import listChecks from 'lucide/dist/esm/icons/list-checks.mjs'
import listTree from 'lucide/dist/esm/icons/list-tree.mjs'
import map from 'lucide/dist/esm/icons/map.mjs'
import minus from 'lucide/dist/esm/icons/minus.mjs'
import plus from 'lucide/dist/esm/icons/plus.mjs'
import redo from 'lucide/dist/esm/icons/redo-2.mjs'
import undo from 'lucide/dist/esm/icons/undo-2.mjs'
import { Icon } from '../ui/Icon.tsx'
import './zoom-bar.css'

export interface ZoomBarProps {
  readonly zoom: number
  readonly canUndo: boolean
  readonly canRedo: boolean
  readonly outline: boolean
  readonly undo: () => void
  readonly redo: () => void
  readonly zoomIn: () => void
  readonly zoomOut: () => void
  readonly wholeSize: () => void
  readonly fit: () => void
  readonly toggleOutline: () => void
  readonly checks: boolean
  readonly toggleChecks: () => void
}

/** Back and forth, nearer and further, the whole map, and the same board as a list. */
export function ZoomBar(props: ZoomBarProps) {
  return (
    <div className="zoom-bar" role="toolbar" aria-label="View">
      <button type="button" aria-label="Undo" title="Undo (Ctrl Z)" disabled={!props.canUndo} onClick={props.undo}>
        <Icon of={undo} size={17} />
      </button>
      <button type="button" aria-label="Redo" title="Redo (Ctrl Shift Z)" disabled={!props.canRedo} onClick={props.redo}>
        <Icon of={redo} size={17} />
      </button>
      <button type="button" className="nearness" aria-label="Zoom out" onClick={props.zoomOut}>
        <Icon of={minus} size={17} />
      </button>
      <button type="button" className="numbers nearness" title="To 100 %" onClick={props.wholeSize}>
        {Math.round(props.zoom * 100)} %
      </button>
      <button type="button" className="nearness" aria-label="Zoom in" onClick={props.zoomIn}>
        <Icon of={plus} size={17} />
      </button>
      <button type="button" aria-pressed={props.outline} onClick={props.toggleOutline}>
        <Icon of={listTree} size={17} /> Outline
      </button>
      <button type="button" aria-pressed={props.checks} onClick={props.toggleChecks}>
        <Icon of={listChecks} size={17} /> Checks
      </button>
      <button type="button" aria-label="Show the whole map" title="Show the whole map (Shift 1)" onClick={props.fit}>
        <Icon of={map} size={17} />
      </button>
    </div>
  )
}
