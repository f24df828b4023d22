import { useState } from 'react'
import arrowRight from 'lucide/dist/esm/icons/arrow-right.mjs'
import check from 'lucide/dist/esm/icons/check.mjs'
import users from 'lucide/dist/esm/icons/users.mjs'
import type { Role } from '../../shared/protocol.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import type { Look } from '../api.ts'
import { lastIdentity } from '../memory.ts'
import { Icon } from '../ui/Icon.tsx'
import { Logo } from '../ui/Logo.tsx'
import { Mark } from '../ui/Mark.tsx'
import { Picture } from '../ui/Picture.tsx'
import './join.css'

const mayDo = {
  facilitator: 'Your link is the facilitator’s: you can invite others and close their links.',
  participant: 'No account, no e-mail. Your link is for taking part.',
  observer: 'Your link is for watching; it cannot change the board.',
} as const

const invitedTo = {
  facilitator: 'You are invited to facilitate',
  participant: 'You are invited to take part in',
  observer: 'You are invited to watch',
} as const

const called = { facilitator: 'a facilitator', participant: 'a participant', observer: 'an observer' } as const satisfies Record<Role, string>

interface JoinProps {
  readonly look: Look
  /** Whether it was made on this device. */
  readonly own: boolean
  /** Who this device is on the board, where that may more than the link. */
  readonly greater: { readonly role: Role; readonly goOn: () => void } | undefined
  readonly join: (name: string, sector: string) => Promise<void>
}

/** What the board is about on one side, three answers on the other; before them, whoever may more is asked as who they come in. */
export function Join({ look, own, greater, join }: JoinProps) {
  const last = lastIdentity()
  const [name, setName] = useState(last.name)
  const [sector, setSector] = useState(look.sectors.includes(last.sector) ? last.sector : '')
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)

  const submit = async () => {
    if (name.trim() === '') return setProblem('Write a name first; a nickname will do.')
    setBusy(true)
    setProblem(undefined)
    await join(name.trim(), sector).catch((error: unknown) => {
      setProblem(sentenceOf(error))
      setBusy(false)
    })
  }

  return (
    <main className="join">
      <section className="say">
        <a href="/" className="row brand" aria-label="Manyfutures, first page">
          <Logo />
          <span className="display">Manyfutures</span>
        </a>
        <div>
          <p className="quiet">{own ? 'Your new board' : invitedTo[look.role]}</p>
          <h1 className="display">{look.title}</h1>
          {look.focus && <p className="question">“{look.focus}”</p>}
        </div>
        <div className="shown">{look.preview.marks.length > 0 && <Picture of={look.preview} />}</div>
        <p className="small quiet numbers">
          <Icon of={users} size={16} /> {look.here === 0 ? 'Nobody is here yet' : look.here === 1 ? '1 person is here now' : `${look.here} people are here now`}
        </p>
      </section>
      <form
        className="ask"
        onSubmit={event => {
          event.preventDefault()
          void submit()
        }}
      >
        {greater && (
          <section className="which" aria-label="As who do you come in?">
            <h2>On this device you are {called[greater.role]}</h2>
            <p>
              <button type="button" className="button" data-main onClick={greater.goOn}>
                Go on as {called[greater.role]}
              </button>
            </p>
            <p className="small quiet">
              Or come in below as {called[look.role]}, to see what they see: as a second person, in this tab only. This device goes on remembering you as {called[greater.role]}.
            </p>
          </section>
        )}
        <label className="field">
          <span>Your name here</span>
          <span className="small quiet">Others see it beside your cursor. A first name or nickname will do.</span>
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the one thing this page asks for first */}
          <input className="input" value={name} maxLength={60} autoComplete="name" autoFocus={!greater} onChange={event => setName(event.target.value)} />
        </label>
        {look.sectors.length > 0 && (
          <fieldset>
            <legend className="label">The part of society you speak from</legend>
            <p className="small quiet">Your cards carry this mark, so that results can be read by sector.</p>
            <div className="sectors">
              {[...look.sectors, ''].map((each, place) => (
                <label key={each} className="sector" data-on={sector === each || undefined}>
                  <input type="radio" name="sector" checked={sector === each} onChange={() => setSector(each)} />
                  <Mark place={each === '' ? -1 : place} size={17} />
                  <span className="grow">{each === '' ? 'I would rather not say' : each}</span>
                  {sector === each && <Icon of={check} size={17} />}
                </label>
              ))}
            </div>
          </fieldset>
        )}
        {problem && (
          <p className="sentence" data-alarm role="alert">
            {problem}
          </p>
        )}
        <div>
          <button type="submit" className="button go" data-main={!greater || undefined} disabled={busy}>
            {look.role === 'observer' ? 'Watch the board' : 'Join the board'}
            {greater && ` as ${called[look.role]}`} <Icon of={arrowRight} size={17} />
          </button>
          <p className="small quiet after">{mayDo[look.role]}</p>
        </div>
      </form>
    </main>
  )
}
