import refresh from 'lucide/dist/esm/icons/refresh-cw.mjs'
import { useValue } from 'tldraw'
import type { Card, Structure } from '../../shared/board.ts'
import { kindOf } from '../../shared/cards/index.ts'
import { loopsIn } from '../../shared/loops.ts'
import { relationOf } from '../../shared/relations.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { api } from '../api.ts'
import { RingsSection } from '../panels/RingsSection.tsx'
import { ScaleSection } from '../panels/Spread.tsx'
import { TensionSection } from '../panels/TensionSection.tsx'
import { shapeIdOf } from '../sync/codec.ts'
import { Icon } from '../ui/Icon.tsx'
import type { OpenBoard } from './open.ts'

/** How people value a card, for kinds that are valued; and the loop it is on, where it feeds itself. */
export function OpinionsOnCard({ board, card }: { board: OpenBoard; card: Card }) {
  const { model, opinions } = board
  const disabled = !useValue(board.canWrite)
  const sectors = useValue('sectors', () => model.meta.get().sectors, [model])
  const people = useValue('how many are here', () => board.people.get().length + 1, [board])
  const valence = useValue('valence', () => board.spread(card.views.valence, 'valence'), [board, card])
  const likelihood = useValue('likelihood', () => board.spread(card.views.likelihood, 'likelihood'), [board, card])
  const loop = useValue('loop', () => loopsIn(model.allRelations().filter(relation => relationOf(relation.kind).causal)).find(each => each.cards.includes(card.id)), [model, card.id])
  return (
    <>
      {kindOf(card.kind)?.scored && (
        <>
          <ScaleSection scale="valence" spread={valence} mine={card.views.valence.get(board.me)} sectors={sectors} people={people} disabled={disabled} say={value => opinions.say(card.id, 'valence', value)} />
          <ScaleSection scale="likelihood" spread={likelihood} mine={card.views.likelihood.get(board.me)} sectors={sectors} people={people} disabled={disabled} say={value => opinions.say(card.id, 'likelihood', value)} />
        </>
      )}
      {loop && (
        <section className="loop">
          <p>
            <Icon of={refresh} size={15} /> This card feeds itself through {loop.cards.length === 2 ? 'another' : `${loop.cards.length - 1} others`}: a {loop.reinforcing ? 'reinforcing' : 'balancing'} loop.{' '}
            <button type="button" className="link" onClick={() => board.editor()?.select(...[...loop.cards, ...loop.relations].map(shapeIdOf))}>
              Show the loop
            </button>
          </p>
        </section>
      )}
    </>
  )
}

/** What only one method's panel has. */
export function OfStructure({ board, structure }: { board: OpenBoard; structure: Structure }) {
  if (structure.type === 'tension') return <OnTension board={board} structure={structure} />
  if (structure.type === 'wheel') return <OnWheel board={board} structure={structure} />
  return null
}

function OnWheel({ board, structure }: { board: OpenBoard; structure: Structure }) {
  const open = useValue('rings that are open', () => board.openRings(structure.id), [board, structure.id])
  const setOpen = (next: number | undefined) => api.openRings(board.membership.board, board.session.ticket(), structure.id, next).catch((error: unknown) => board.say(sentenceOf(error)))
  return <RingsSection rings={Number(structure.fields['rings'])} open={open} mayOpen={board.membership.role === 'facilitator'} setOpen={next => void setOpen(next)} />
}

function OnTension({ board, structure: { id, fields, views } }: { board: OpenBoard; structure: Structure }) {
  const { opinions, me } = board
  const disabled = !useValue(board.canWrite)
  const spread = useValue('spread', () => board.spread(views.marker, 'marker'), [board, views])
  const reasons = useValue(
    'reasons',
    () =>
      [...views.reason].flatMap(([who, text]) => {
        const author = board.author(who)
        // A sector is named only where at least three of it are shown: otherwise it would be a name.
        const open = spread.rows.some(row => row.is === 'open' && row.sector !== undefined && row.sector === author?.sector)
        return who === me ? [] : { text, sector: open ? author?.sector : undefined, place: open ? (author?.place ?? -1) : -1 }
      }),
    [board, views, spread],
  )
  return (
    <TensionSection
      left={String(fields['left'] ?? '')}
      right={String(fields['right'] ?? '')}
      marker={views.marker.get(me)}
      reason={views.reason.get(me) ?? ''}
      reasons={reasons}
      disabled={disabled}
      setMarker={marker => opinions.say(id, 'marker', marker)}
      setReason={reason => opinions.say(id, 'reason', reason)}
    />
  )
}
