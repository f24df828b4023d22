import chevronDown from 'lucide/dist/esm/icons/chevron-down.mjs'
import chevronUp from 'lucide/dist/esm/icons/chevron-up.mjs'
import undo from 'lucide/dist/esm/icons/undo-2.mjs'
import { useState } from 'react'
import { kindOf } from '../../shared/cards/index.ts'
import { isMethod, methodOf } from '../../shared/methods/index.ts'
import type { RemovedList, RemovedThing, Who } from '../../shared/removed.ts'
import { Icon } from '../ui/Icon.tsx'
import { KindBadge } from '../ui/KindBadge.tsx'
import { Mark } from '../ui/Mark.tsx'
import { ago } from './ago.ts'
import './removed-things.css'

/** What is to come back: things by the removal they are of. */
export type Chosen = ReadonlyMap<number, ReadonlySet<string>>

type Removed = RemovedList['removed'][number]

interface RemovedThingsProps {
  /** Nothing while it is fetched. */
  readonly list: RemovedList | undefined
  readonly problem: string | undefined
  readonly sectors: readonly string[]
  readonly disabled: boolean
  /** Called when something of a removal was chosen. */
  readonly prepare: (removal: number) => void
  readonly bringBack: (chosen: Chosen) => void
  /** Milliseconds since 1970. */
  readonly now: number
}

/** What was removed, newest first; one, several or all of it is chosen and brought back. */
export function RemovedThings({ list, problem, sectors, disabled, prepare, bringBack, now }: RemovedThingsProps) {
  const [chosen, setChosen] = useState<Chosen>(new Map())
  const choose = (id: number, things: ReadonlySet<string>) => setChosen(before => new Map([...before, [id, things]].filter(([, each]) => (each as ReadonlySet<string>).size > 0) as [number, ReadonlySet<string>][]))
  const removed = list?.removed ?? []
  const all = removed.flatMap(({ id, things }) => things.filter(thing => chosen.get(id)?.has(thing.id)))
  return (
    <>
      {problem && (
        <p className="sentence" data-alarm role="alert">
          {problem}
        </p>
      )}
      {!list && !problem && <p className="quiet" role="status">Looking for what was removed …</p>}
      {list && removed.length === 0 && <p>Nothing was removed in the last thirty days that is not there again.</p>}
      {list && list.damaged > 0 && <p className="sentence" role="status">A part of this list was damaged on the server’s disk and is left out. The board itself is as it was; tell whoever runs the server.</p>}
      <ul className="removed-things" aria-label="Removed things">
        {removed.map(each => (
          <RemovedRow key={each.id} removed={each} chosen={chosen.get(each.id) ?? nothing} choose={things => {
              if (things.size) prepare(each.id)
              choose(each.id, things)
            }} sectors={sectors} now={now} />
        ))}
      </ul>
      {removed.length > 0 && (
        <div className="row removed-actions">
          <button type="button" className="button" data-main disabled={disabled || chosen.size === 0} onClick={() => bringBack(chosen)}>
            <Icon of={undo} size={17} /> {chosen.size === 0 ? 'Bring back' : `Bring back ${sayChosen(all)}`}
          </button>
          <span className="small quiet">One step, which you can undo. Everybody sees it.</span>
        </div>
      )}
      <p className="small quieter">Kept for 30 days. Only facilitators see this. Sectors of fewer than three are not named.</p>
    </>
  )
}

const nothing: ReadonlySet<string> = new Set()

function sayChosen(things: readonly RemovedThing[]): string {
  const [structures, cards, others] = (['structure', 'card', 'drawing'] as const).map(is => things.filter(thing => thing.is === is).length) as [number, number, number]
  const said = [
    ...(structures ? [counted(structures, things.filter(({ is, kind }) => is === 'structure' && isMethod(kind)).every(({ kind }, _, [first]) => kind === first?.kind) ? nameOf(things.find(({ is }) => is === 'structure')) : 'structure')] : []),
    ...(cards ? [counted(cards, 'card')] : []),
    ...(others ? [counted(others, 'drawing')] : []),
  ]
  return said.length ? new Intl.ListFormat('en-GB').format(said) : 'the relations'
}

const counted = (count: number, noun: string): string => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
const nameOf = (thing: RemovedThing | undefined): string => (thing && isMethod(thing.kind) ? methodOf(thing.kind).title.toLowerCase() : 'structure')

interface RowProps {
  readonly removed: Removed
  readonly chosen: ReadonlySet<string>
  readonly choose: (things: ReadonlySet<string>) => void
  readonly sectors: readonly string[]
  readonly now: number
}

/** Longer lists are not read; all of them come back with the whole. */
const mostShown = 60

function RemovedRow({ removed, chosen, choose, sectors, now }: RowProps) {
  const [open, setOpen] = useState(false)
  const { id, at, things, who } = removed
  const title = titleOf(removed)
  const all = new Set(things.length ? things.map(thing => thing.id) : [relationsAlone])
  const about = aboutOf(removed)
  const kinds = [...new Set(things.filter(({ is }) => is === 'card').map(({ kind }) => kind))].slice(0, 3)
  return (
    <li data-chosen={chosen.size > 0 || undefined}>
      <label className="row removed-head">
        <input type="checkbox" checked={chosen.size === all.size} ref={box => void (box && (box.indeterminate = chosen.size > 0 && chosen.size < all.size))} onChange={({ target }) => choose(target.checked ? all : nothing)} aria-describedby={`removed-${id}`} />
        <span className="grow">
          <b dir="auto">{title}</b>
          <span id={`removed-${id}`} className="small quiet removed-when">
            <time dateTime={new Date(at).toISOString()}>{ago(at, now)}</time>
            {who && <WhoSaid who={who} sectors={sectors} />}
            {about && <span className="removed-about">{about}</span>}
          </span>
        </span>
        <span className="row removed-kinds" aria-hidden="true">
          {kinds.map(kind => {
            const known = kindOf(kind)
            return known && <KindBadge key={kind} kind={known} />
          })}
        </span>
      </label>
      {things.length > 1 && (
        <button type="button" className="link small removed-each" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide each' : 'See each'}
          <span className="unseen"> of {title}</span> <Icon of={open ? chevronUp : chevronDown} size={15} />
        </button>
      )}
      {open && (
        <ul className="removed-list">
          {things.slice(0, mostShown).map(thing => (
            <li key={thing.id}>
              <label className="row">
                <input
                  type="checkbox"
                  checked={chosen.has(thing.id)}
                  onChange={({ target }) => {
                    const next = new Set(chosen)
                    if (target.checked) next.add(thing.id)
                    else next.delete(thing.id)
                    choose(next)
                  }}
                />
                <ThingSaid thing={thing} />
              </label>
            </li>
          ))}
          {things.length > mostShown && <li className="small quiet">and {(things.length - mostShown).toLocaleString('en')} more, which come back with the whole</li>}
        </ul>
      )}
    </li>
  )
}

/** Stands for a removal of relations and nothing else. */
const relationsAlone = 'relations'

function ThingSaid({ thing }: { thing: RemovedThing }) {
  const kind = thing.is === 'card' ? kindOf(thing.kind) : undefined
  return (
    <>
      {thing.is === 'structure' && isMethod(thing.kind) ? <Icon of={methodOf(thing.kind).icon} /> : kind && <KindBadge kind={kind} />}
      <span className="grow" dir="auto">
        {kind && <span className="unseen">{kind.title}: </span>}
        {thing.text || <span className="quieter">{thing.is === 'drawing' ? `A drawing (${thing.kind})` : 'Nothing written yet'}</span>}
      </span>
    </>
  )
}

function WhoSaid({ who, sectors }: { who: Who; sectors: readonly string[] }) {
  if ('name' in who) return <>, by {who.name}</>
  return (
    <>
      , by somebody of {who.sector} <Mark place={sectors.indexOf(who.sector)} size={11} />
    </>
  )
}

function titleOf({ things, relations }: Removed): string {
  const [first] = things
  if (!first) return relations === 1 ? 'A relation' : `${relations} relations`
  if (first.is === 'structure') {
    const name = isMethod(first.kind) ? methodOf(first.kind).title : 'Structure'
    const more = things.filter(({ is }) => is === 'structure').length - 1
    return `${first.text === name ? name : `${name} “${first.text}”`}${more ? ` and ${counted(more, 'more structure')}` : ''}`
  }
  if (first.is === 'card') {
    const cards = things.filter(({ is }) => is === 'card').length
    const said = first.text ? `“${first.text}”` : 'A card without words'
    return cards === 1 ? said : `${said} and ${counted(cards - 1, 'more card')}`
  }
  return things.length === 1 ? 'A drawing' : counted(things.length, 'drawing')
}

function aboutOf({ things, relations, ratings, people }: Removed): string {
  const cards = things.filter(({ is }) => is === 'card').length
  const structures = things.some(({ is }) => is === 'structure')
  const said = [
    ...(structures && cards ? [`${counted(cards, 'card')}${people > 1 ? ` of ${people} people` : ''}`] : []),
    ...(relations && things.length ? [counted(relations, 'relation')] : []),
    ...(ratings ? [counted(ratings, 'rating')] : []),
  ]
  return said.length ? `with ${new Intl.ListFormat('en-GB').format(said)}` : ''
}
