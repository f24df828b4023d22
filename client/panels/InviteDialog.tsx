import { useRef, useState } from 'react'
import check from 'lucide/dist/esm/icons/check.mjs'
import copy from 'lucide/dist/esm/icons/copy.mjs'
import type { Role } from '../../shared/protocol.ts'
import type { LinkInfo } from '../api.ts'
import { ago } from '../ui/dates.ts'
import { Icon } from '../ui/Icon.tsx'
import { Sheet } from './Sheet.tsx'

interface InviteDialogProps {
  /** Whole links that this device knows. */
  readonly known: Readonly<Partial<Record<Role, string>>>
  /** Roles whose link this device knew, and somebody else closed. */
  readonly gone: readonly Role[]
  /** All links of the board; nothing while they are fetched. */
  readonly links: readonly LinkInfo[] | undefined
  readonly problem: string | undefined
  /** The links lead to the server's own machine, and open nowhere else. */
  readonly onlyHere: boolean
  readonly make: (role: Role) => void
  readonly closeLink: (id: string) => void
  /** Makes a new link and closes this one in the same moment. */
  readonly swapLink: (id: string, role: Role) => void
  readonly close: () => void
}

/** The link that most people get comes first; the one that gives a board out of hand comes last. */
const says = {
  participant: ['Participants', 'can write, draw and move everything on the board.'],
  observer: ['Observers', 'see everything as it happens and can change nothing.'],
  facilitator: ['Facilitators', 'can do everything participants can, invite others, and close links. For those who run the session with you.'],
} as const satisfies Record<Role, readonly [who: string, may: string]>

const order = Object.keys(says) as Role[]

/** Three kinds of link, ready to copy; those that exist, ready to be closed. */
export function InviteDialog({ known, gone, links, problem, onlyHere, make, closeLink, swapLink, close }: InviteDialogProps) {
  return (
    <Sheet title="Invite" close={close}>
      <p className="quiet">Whoever has a link can use it, without an account. Send each only to the people it is meant for.</p>
      {problem && (
        <p className="sentence" data-alarm role="alert">
          {problem}
        </p>
      )}
      {onlyHere && (
        <p className="sentence small">
          These links open on this computer only: nobody has told the server an address that others can reach. Whoever runs it can set PUBLIC_URL; the README says how.
        </p>
      )}
      {order.map(role => (
        <section key={role}>
          <h3>{says[role][0]}</h3>
          <p className="small quiet">{says[role][1]}</p>
          {gone.includes(role) && <p className="small sentence">The link that was here opens nothing any more: another facilitator closed it, or whoever runs the server did.</p>}
          {known[role] ? (
            <CopyLine key={known[role]} link={known[role]} role={role} />
          ) : (
            <button type="button" className="button" data-small onClick={() => make(role)}>
              Make a new link
            </button>
          )}
        </section>
      ))}
      <details>
        <summary>Links of this board</summary>
        <ul className="links">
          {links?.map(link => (
            <li key={link.id} className="row small">
              <span className="grow">
                {says[link.role][0]}, made {ago(Date.parse(link.created))}
              </span>
              {link.closed ? (
                <span className="quieter">closed {ago(Date.parse(link.closed))}</span>
              ) : (
                <>
                  <button type="button" className="button" data-small onClick={() => swapLink(link.id, link.role)}>
                    Swap for a new one
                  </button>
                  <button type="button" className="button" data-small data-danger onClick={() => closeLink(link.id)}>
                    Close this link
                  </button>
                </>
              )}
            </li>
          ))}
        </ul>
        <p className="small quieter">Everybody who came by a link that you close or swap has to leave, at once and for good.</p>
      </details>
    </Sheet>
  )
}

function CopyLine({ link, role }: { link: string; role: Role }) {
  const input = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState<boolean>()
  return (
    <>
      <div className="row">
        <input ref={input} className="input grow" readOnly value={link} aria-label={`Link for ${says[role][0].toLowerCase()}`} onFocus={event => event.target.select()} />
        <button type="button" className="button" aria-label={`${copied ? 'Copied' : 'Copy'} the link for ${says[role][0].toLowerCase()}`} onClick={() => void copyFrom(input.current).then(setCopied)}>
          <Icon of={copied ? check : copy} size={16} /> {copied ? 'Copied' : 'Copy'}
        </button>
      </div>
      <p role="status" className={copied === false ? 'small' : 'unseen'}>
        {copied !== undefined && (copied ? 'The link is copied.' : 'This browser does not let the page copy. The link is selected: copy it with Ctrl+C or ⌘C.')}
      </p>
    </>
  )
}

/** Copies what a field holds. Browsers give pages the clipboard on HTTPS and localhost only; elsewhere an older way still works. */
async function copyFrom(field: HTMLInputElement | null): Promise<boolean> {
  if (!field) return false
  try {
    await navigator.clipboard.writeText(field.value)
    return true
  } catch {
    field.focus()
    field.select()
    return document.execCommand('copy')
  }
}
