import { isAfter } from '../dates.ts'
import { shortestPath } from '../chain.ts'
import { firstMovesEnd, xOfDate } from '../methods/timeline.ts'
import { type Check, dateOfCard, finding, looked, quoted, type Reading } from './check.ts'
import type { Card } from '../board.ts'

/* What a backcast is asked (UK GO-Science's seven steps, the Natural Step's ABCD): does each step stand before what it makes possible? */

/** Whether a card stands in the near term of its timeline, where first moves belong. */
function isFirstMove(reading: Reading, card: Card): boolean {
  const timeline = reading.timelineOf(card)
  if (!timeline) return false
  const date = dateOfCard(card)
  return (date === undefined ? card.place.x + card.w / 2 : xOfDate(timeline.axis, date)) <= firstMovesEnd(timeline.axis)
}

export const causeAfterEffect: Check = {
  title: 'A cause is dated after its effect',
  flag: 'Too late',
  holds: 'Every cause comes before its effect',
  looked: ({ board }) => looked([...board.relations.values()].length, 'relation'),
  find({ board, chain }) {
    return [...board.cards.values()].flatMap(effect =>
      chain.into(effect.id).flatMap(step => {
        const cause = board.cards.get(step.before)
        const [early, late] = [dateOfCard(cause), dateOfCard(effect)]
        if (!cause || early === undefined || late === undefined || !isAfter(early, late)) return []
        return finding(step.relation, `${quoted(cause)} (${early}) has to come before ${quoted(effect)} (${late}). Move one of the two, or turn the relation round.`, [cause.id, effect.id], [step.relation])
      }),
    )
  },
}

export const milestoneWithoutBefore: Check = {
  title: 'A milestone has nothing before it',
  flag: 'Nothing before',
  holds: 'Every milestone has something before it',
  looked: reading => looked(reading.cardsOf('milestone').length, 'milestone'),
  find: reading =>
    reading
      .cardsOf('milestone')
      .filter(card => reading.chain.into(card.id).length === 0)
      .map(card => finding(card.id, `What had to be true just before ${quoted(card)}? Add it, or relate what is already there.`)),
}

export const actionWithoutActor: Check = {
  title: 'An action lacks an actor or a date',
  flag: 'Who, when?',
  holds: 'Every action names an actor and a date',
  looked: reading => looked(reading.cardsOf('action').length, 'action'),
  find: reading =>
    reading.cardsOf('action').flatMap(card => {
      const lacks = [...(card.fields['actor'] ? [] : ['who does it']), ...(dateOfCard(card) ? [] : ['when'])]
      return lacks.length ? finding(card.id, `${quoted(card)} does not say ${lacks.join(' or ')}.`) : []
    }),
}

export const visionWithoutPath: Check = {
  title: 'A vision has no path back to today',
  flag: 'No path',
  holds: 'Every vision on a timeline has a path back to today',
  looked: reading => looked(reading.cardsOf('vision').filter(card => reading.timelineOf(card)).length, 'vision'),
  find: reading =>
    reading
      .cardsOf('vision')
      .filter(card => reading.timelineOf(card))
      .filter(vision => !shortestPath(reading.chain, vision.id, 'before', id => isFirstMove(reading, reading.board.cards.get(id) as Card)))
      .map(vision => finding(vision.id, `No chain of steps leads from today to ${quoted(vision)}. Ask what had to be true just before it, until you reach the near term.`)),
}

export const twoVisions: Check = {
  title: 'A timeline has two visions',
  flag: 'Two visions',
  atOnce: true,
  holds: 'Every vision has a timeline of its own',
  looked: reading => looked(reading.structuresOf('timeline').filter(({ id }) => reading.members(id).some(card => card.kind === 'vision')).length, 'timeline'),
  find: reading =>
    reading.structuresOf('timeline').flatMap(({ id }) => {
      const [first, ...others] = reading.members(id).filter(card => card.kind === 'vision').sort((a, b) => (a.at ?? 0) - (b.at ?? 0) || (a.id < b.id ? -1 : 1))
      return others.map(card => finding(card.id, `${quoted(card)} shares a timeline with ${quoted(first)}. Give each vision its own, so that both ways back can be seen.`, [card.id, (first as Card).id]))
    }),
}

export const noFirstMove: Check = {
  title: 'No first move in the near term',
  flag: 'No first move',
  holds: 'Every timeline has a first move',
  looked: reading => looked(reading.structuresOf('timeline').filter(({ id }) => reading.members(id).length).length, 'timeline'),
  find: reading =>
    reading.structuresOf('timeline').flatMap(timeline => {
      const cards = reading.members(timeline.id)
      if (cards.length === 0 || cards.some(card => (card.kind === 'action' || card.kind === 'milestone') && isFirstMove(reading, card))) return []
      return finding(timeline.id, `${timeline.fields['title'] ? `“${String(timeline.fields['title'])}”` : 'The timeline'} has no action or milestone in the near term. What can somebody begin with?`)
    }),
}

export const dateOffAxis: Check = {
  title: 'A date lies outside its axis',
  flag: 'Off the axis',
  atOnce: true,
  holds: 'Every date lies on its axis',
  looked: reading => looked(reading.structuresOf('timeline').flatMap(({ id }) => reading.members(id)).filter(card => dateOfCard(card)).length, 'dated card'),
  find: reading =>
    reading.structuresOf('timeline').flatMap(({ id }) =>
      reading.members(id).flatMap(card => {
        const [date, axis] = [dateOfCard(card), reading.timelineOf(card)?.axis]
        if (!date || !axis || !(isAfter(date, axis.to) || isAfter(axis.from, date))) return []
        return finding(card.id, `${quoted(card)} is dated ${date}; the axis runs from ${axis.from} to ${axis.to}. Change the date, or the axis.`)
      }),
    ),
}

export const questionInformsNothing: Check = {
  title: 'A research question informs nothing',
  flag: 'Informs nothing',
  holds: 'Every research question informs something',
  looked: reading => looked(reading.cardsOf('question').length, 'research question'),
  find: reading =>
    reading
      .cardsOf('question')
      .filter(card => reading.chain.outOf(card.id).length === 0)
      .map(card => finding(card.id, `${quoted(card)} informs no action, milestone or vision. Draw an arrow to what its answer would change.`)),
}
