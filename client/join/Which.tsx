import type { Role } from '../../shared/protocol.ts'
import type { Look } from '../api.ts'
import { placeOf, type Recent } from '../memory.ts'
import { Notice } from '../ui/Notice.tsx'

const called = { facilitator: 'a facilitator', participant: 'a participant', observer: 'an observer' } as const satisfies Record<Role, string>

interface WhichProps {
  readonly look: Look
  /** Who this device is on the board. */
  readonly known: Recent
  readonly goOn: () => void
  readonly comeIn: () => void
}

/** Asks somebody who opens a lesser link than the place they have: to look at what others see costs nobody what they lead. */
export function Which({ look, known, goOn, comeIn }: WhichProps) {
  const own = called[placeOf(known) ?? known.role]
  const other = called[look.role]
  return (
    <Notice title={`On this device you are ${own}`} sentence={`This link to “${look.title}” is ${other}’s. As who do you want to come in?`}>
      <p className="row">
        <button type="button" className="button" data-main onClick={goOn}>
          Go on as {own}
        </button>
        <button type="button" className="button" onClick={comeIn}>
          Come in as {other}
        </button>
      </p>
      <p className="small quiet">
        As {other} you are a second person on the board, in this tab and as long as it is open. This device goes on remembering you as {own}.
      </p>
    </Notice>
  )
}
