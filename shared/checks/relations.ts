import type { Relation } from '../board.ts'
import { type Check, finding, looked, quoted } from './check.ts'

/* What relations are asked, wherever their cards stand. */

/** Whether a relation brings its effect nearer or keeps it away; nothing for what does neither. */
const pulls = ({ kind, sign }: Relation): 'more' | 'less' | undefined => (kind === 'blocks' || (kind === 'leads' && sign === '-') ? 'less' : kind === 'leads' || kind === 'enables' ? 'more' : undefined)

export const contradiction: Check = {
  title: 'Two relations contradict one another',
  flag: 'Contradiction',
  holds: 'No two relations contradict one another',
  looked: ({ board }) => looked(board.relations.size, 'relation'),
  find({ board }) {
    const byPair = Map.groupBy([...board.relations.values()].filter(pulls).sort((a, b) => (a.id < b.id ? -1 : 1)), ({ from, to }) => `${from} ${to}`)
    return [...byPair.values()].flatMap(all => {
      const [more, less] = [all.find(each => pulls(each) === 'more'), all.find(each => pulls(each) === 'less')]
      if (!more || !less) return []
      const [cause, effect] = [board.cards.get(more.from), board.cards.get(more.to)]
      const [first, second] = more.id < less.id ? [more, less] : [less, more]
      return finding(first.id, `${quoted(cause)} is said to bring ${quoted(effect)} nearer, and to keep it away. Keep both where people differ; else take one away.`, [more.from, more.to], [first.id, second.id])
    })
  },
}
