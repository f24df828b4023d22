import { type Removal, sayRemoval } from '../../shared/removal.ts'
import { Sheet } from './Sheet.tsx'

/** Asks whoever would remove what others made; what is said follows the board while it is read. */
export function RemoveDialog({ removal, remove, close }: { removal: Removal; remove: () => void; close: () => void }) {
  const what = sayRemoval(removal)
  return (
    <Sheet title="Remove this for everybody?" close={close}>
      <p>This removes {what}.</p>
      <p className="small quiet">It goes from everybody’s map, with its relations and with what people think of it. Undo (Ctrl Z) brings it back as long as you stay on this page.</p>
      <span className="row right">
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- a key that is still down must not remove */}
        <button type="button" className="button" data-main autoFocus onClick={close}>
          Keep it
        </button>
        <button
          type="button"
          className="button"
          data-danger
          onClick={() => {
            close()
            remove()
          }}
        >
          Remove {what}
        </button>
      </span>
    </Sheet>
  )
}
