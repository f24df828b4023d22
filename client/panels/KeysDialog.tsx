import { Fragment } from 'react'
import { places, rowsOf } from '../canvas/key-table.ts'
import { KindsHelp } from './KindsHelp.tsx'
import { Sheet } from './Sheet.tsx'

/** The keys, in a sheet: the table that the map listens by. */
export function KeysDialog({ close }: { close: () => void }) {
  return (
    <Sheet title="Keys" close={close}>
      <div className="keys">
        {places.map(where => (
          <section key={where}>
            <h3>{where}</h3>
            <dl>
              {rowsOf(where).map(([keys, what]) => (
                <Fragment key={what}>
                  <dt>
                    {keys.map(key => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <KindsHelp />
    </Sheet>
  )
}
