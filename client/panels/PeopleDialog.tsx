import { useState } from 'react'
import { type Role, roles } from '../../shared/protocol.ts'
import type { PersonInfo } from '../api.ts'
import { Sheet } from './Sheet.tsx'

interface PeopleDialogProps {
  /** Everybody with a way in; nothing while they are fetched. */
  readonly people: readonly PersonInfo[] | undefined
  /** Who looks. */
  readonly me: string
  readonly problem: string | undefined
  readonly changeRole: (person: string, role: Role) => void
  readonly endVisit: (person: string) => void
  readonly close: () => void
}

const roleNames = { facilitator: 'Facilitator', participant: 'Participant', observer: 'Observer' } as const satisfies Record<Role, string>

/** Who takes part and what they may do, for facilitators: those who are here first. */
export function PeopleDialog({ people, me, problem, changeRole, endVisit, close }: PeopleDialogProps) {
  const sorted = people?.toSorted((a, b) => Number(b.here) - Number(a.here) || a.name.localeCompare(b.name))
  return (
    <Sheet title="People" close={close}>
      {problem && (
        <p className="sentence" data-alarm role="alert">
          {problem}
        </p>
      )}
      <ul className="links" aria-label="People of this board">
        {sorted?.map(person => (
          <PersonRow key={person.id} person={person} isMe={person.id === me} changeRole={role => changeRole(person.id, role)} endVisit={() => endVisit(person.id)} />
        ))}
      </ul>
      <p className="small quieter">A change of role holds at once. Whoever’s visit you end has to leave for good; what they wrote stays. They could come again by a link that is open: swap it under Invite.</p>
    </Sheet>
  )
}

interface PersonRowProps {
  readonly person: PersonInfo
  readonly isMe: boolean
  readonly changeRole: (role: Role) => void
  readonly endVisit: () => void
}

function PersonRow({ person: { name, sector, role, here }, isMe, changeRole, endVisit }: PersonRowProps) {
  const [sure, setSure] = useState(false)
  // Only what was chosen here: else what another facilitator makes of somebody meanwhile would look like a choice of one's own.
  const [picked, setPicked] = useState<Role>()
  const chosen = picked ?? role
  return (
    <li className="row small person-row">
      <span className="grow">
        <strong>{name}</strong>
        {isMe && ' (you)'}
        <span className="quieter">
          {sector && `, ${sector}`}, {here ? 'here' : 'away'}
        </span>
      </span>
      {isMe ? (
        <span className="quiet">{roleNames[role]}</span>
      ) : (
        <>
          <select className="input" aria-label={`Role of ${name}`} value={chosen} onChange={event => setPicked(event.target.value as Role)}>
            {roles.map(each => (
              <option key={each} value={each}>
                {roleNames[each]}
              </option>
            ))}
          </select>
          {/* A list chooses with every key that is pressed in it; nobody is to be three things on the way to one. */}
          {chosen !== role ? (
            <button type="button" className="button" data-small data-main onClick={() => {
              setPicked(undefined)
              changeRole(chosen)
            }}>
              Change role<span className="unseen"> of {name}</span>
            </button>
          ) : sure ? (
            <button type="button" className="button" data-small data-danger onClick={endVisit} onBlur={() => setSure(false)}>
              Really end it?<span className="unseen"> The visit of {name}</span>
            </button>
          ) : (
            <button type="button" className="button" data-small onClick={() => setSure(true)}>
              End visit<span className="unseen"> of {name}</span>
            </button>
          )}
        </>
      )}
    </li>
  )
}
