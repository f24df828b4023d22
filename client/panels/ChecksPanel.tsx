import circleCheck from 'lucide/dist/esm/icons/circle-check.mjs'
import crosshair from 'lucide/dist/esm/icons/crosshair.mjs'
import alert from 'lucide/dist/esm/icons/triangle-alert.mjs'
import x from 'lucide/dist/esm/icons/x.mjs'
import { type CheckName, checkOf, type CheckResult } from '../../shared/checks/index.ts'
import type { Finding } from '../../shared/checks/check.ts'
import { Icon } from '../ui/Icon.tsx'
import './checks.css'

interface ChecksPanelProps {
  readonly results: readonly CheckResult[]
  readonly disabled: boolean
  readonly show: (finding: Finding) => void
  readonly mean: (finding: Finding, check: CheckName, meant: boolean) => void
  readonly close: () => void
}

/** What does not hold together, and what does; each finding with a way to it. Nothing here stops anybody. */
export function ChecksPanel({ results, disabled, show, mean, close }: ChecksPanelProps) {
  const count = results.reduce((sum, each) => sum + each.findings.length, 0)
  const open = results.filter(each => each.findings.length > 0)
  const holding = results.filter(each => each.findings.length === 0)
  const meant = results.flatMap(each => each.meant.map(finding => ({ finding, check: each.check })))
  return (
    <aside className="side checks" aria-label="Checks">
      <header>
        <h2 className="display">Checks</h2>
        <span className="small quiet">
          {count} to look at, {holding.length} {holding.length === 1 ? 'holds' : 'hold'}
        </span>
        <button type="button" className="button close" data-quiet data-small aria-label="Close the checks" onClick={close}>
          <Icon of={x} size={18} />
        </button>
      </header>
      {results.length === 0 && (
        <section>
          <p>Nothing to check yet. Put cards on a wheel or a timeline and relate them.</p>
        </section>
      )}
      {open.map(({ check, findings }) => (
        <section key={check} className="found">
          <h3>
            <Icon of={alert} size={16} /> {checkOf(check).title}
            {findings.length > 1 && <span className="numbers"> ({findings.length})</span>}
          </h3>
          {findings.slice(0, mostShown).map((finding, i) => (
            <div key={`${finding.about} ${i}`} className="finding">
              <p>{finding.sentence}</p>
              <div className="row">
                <button type="button" className="button" data-small onClick={() => show(finding)}>
                  <Icon of={crosshair} size={15} /> {finding.cards.length > 1 ? (finding.cards.length === 2 ? 'Show both' : 'Show all') : 'Show it'}
                </button>
                {!disabled && (
                  <button type="button" className="button" data-small data-quiet onClick={() => mean(finding, check, true)}>
                    It is meant this way
                  </button>
                )}
              </div>
            </div>
          ))}
          {findings.length > mostShown && <p className="small quiet">and {findings.length - mostShown} more.</p>}
        </section>
      ))}
      {holding.length > 0 && (
        <section>
          {holding.map(({ check, looked }) => (
            <p key={check} className="holds">
              <Icon of={circleCheck} size={18} />
              <span>
                <b>{checkOf(check).holds}</b>
                <span className="small quiet">{looked && `${looked.count} ${looked.noun}`}</span>
              </span>
            </p>
          ))}
        </section>
      )}
      {meant.length > 0 && (
        <section>
          <details>
            <summary>Meant this way ({meant.length})</summary>
            {meant.map(({ finding, check }, i) => (
              <div key={i} className="finding">
                <p className="small">{finding.sentence}</p>
                <div className="row">
                  <button type="button" className="button" data-small data-quiet onClick={() => show(finding)}>
                    Show it
                  </button>
                  {!disabled && (
                    <button type="button" className="button" data-small data-quiet onClick={() => mean(finding, check, false)}>
                      Look at it again
                    </button>
                  )}
                </div>
              </div>
            ))}
          </details>
        </section>
      )}
    </aside>
  )
}

/** A list longer than this is not read; the first ones are mended first. */
const mostShown = 12
