import { ringName } from '../../shared/methods/wheel.ts'

/** How far a wheel is open: everybody sees it, a facilitator decides it. */
export function RingsSection({ rings, open, mayOpen, setOpen }: { rings: number; open: number | undefined; mayOpen: boolean; setOpen: (open: number | undefined) => void }) {
  const now = Math.min(open ?? rings, rings)
  return (
    <section aria-label="Open rings">
      <h3>{open === undefined || now >= rings ? 'All rings are open' : `Open up to: ${ringName(now)}`}</h3>
      {mayOpen && (
        <div className="row">
          {(open === undefined || now >= rings) && rings > 1 && (
            <button type="button" className="button" data-small onClick={() => setOpen(1)}>
              Open one at a time
            </button>
          )}
          {open !== undefined && now < rings && (
            <>
              <button type="button" className="button" data-small onClick={() => setOpen(now + 1)}>
                Open the next ring
              </button>
              <button type="button" className="button" data-small data-quiet onClick={() => setOpen(undefined)}>
                Open all
              </button>
            </>
          )}
        </div>
      )}
      {!mayOpen && open !== undefined && now < rings && <p className="small quiet">The facilitator opens the next ring.</p>}
    </section>
  )
}
