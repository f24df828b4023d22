import { Sheet } from './Sheet.tsx'

const keys = [
  ['Tab', 'Add what follows; on a timeline, what had to be true before'],
  ['Enter', 'Add a sibling; while writing, finish'],
  ['F2', 'Write on the selected card'],
  ['Shift Enter', 'A new line while writing'],
  ['Alt ← ↑ → ↓', 'Walk along the relations'],
  ['Delete', 'Remove what is selected'],
  ['Ctrl Z, Ctrl Shift Z', 'Undo and redo your own work'],
  ['V, H, A, D, T, E', 'Select, move the map, relate, draw, write, erase'],
  ['Shift 1, Shift 2', 'See everything; see the selection'],
  ['Space', 'Hold to move the map'],
  ['Esc', 'Let go'],
] as const

/** The keys, in a sheet. */
export function KeysDialog({ close }: { close: () => void }) {
  return (
    <Sheet title="Keys" close={close}>
      <dl>
        {keys.map(([key, what]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  )
}
