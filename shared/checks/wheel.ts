import type { RecordId } from '../ids.ts'
import { type Check, finding, looked, quoted, type Reading } from './check.ts'

/* What a futures wheel is asked: does every consequence follow from the change, and what feeds itself? */

export const consequenceOutside: Check = {
  title: 'A consequence is outside every wheel',
  flag: 'Not tied in',
  holds: 'Every consequence follows from a change',
  looked: reading => looked(reading.cardsOf('consequence').length, 'consequence'),
  find: reading =>
    reading.cardsOf('consequence').flatMap(card => {
      const structure = reading.board.structures.get(card.place.parent as typeof card.id)
      if (structure?.type !== 'wheel') return finding(card.id, `${quoted(card)} stands in no wheel. Move it into one, or give it another kind.`)
      const { centre, order } = reading.wheel(structure.id)
      if (!centre || order.has(card.id)) return []
      return finding(card.id, `No chain leads from the centre to ${quoted(card)}. What does it follow from?`)
    }),
}

export const twoCentres: Check = {
  title: 'A wheel has two changes',
  flag: 'Two changes',
  atOnce: true,
  holds: 'Every wheel has one change in its centre',
  looked: reading => looked(reading.structuresOf('wheel').filter(({ id }) => reading.wheel(id).centre).length, 'wheel'),
  find: reading =>
    reading.structuresOf('wheel').flatMap(({ id }) => {
      const { centre } = reading.wheel(id)
      return reading
        .members(id)
        .filter(card => card.kind === 'change' && card.id !== centre)
        .map(card => finding(card.id, `${quoted(card)} is a second change: orders count from ${older(reading, centre)}. Give it a wheel of its own, or make it a consequence.`, [card.id, centre as typeof card.id]))
    }),
}

const older = (reading: Reading, centre: RecordId | undefined): string => {
  const card = centre && reading.board.cards.get(centre)
  return card?.text.trim() ? `${quoted(card)}, the older one` : 'the older one'
}

export const loopFound: Check = {
  title: 'A loop feeds itself',
  flag: 'Loop',
  holds: 'No chain of causes comes back to itself',
  looked: reading => looked([...reading.board.relations.values()].filter(relation => relation.kind === 'leads').length, 'cause', 'causes'),
  find: reading =>
    reading.loops.map(({ cards, relations, reinforcing }) => ({
      ...finding(
        relations[0] as (typeof relations)[number],
        `${quoted(reading.board.cards.get(cards[0] as (typeof cards)[number]))} feeds itself through ${cards.length - 1} ${cards.length === 2 ? 'other card' : 'other cards'}: a ${reinforcing ? 'reinforcing' : 'balancing'} loop of ${cards.length}. Nothing is wrong; look at what it means.`,
        cards,
        relations,
      ),
      flag: `Loop of ${cards.length}`,
    })),
}
