import type { Icon } from './cards/card.ts'

/** Marks of the sectors, by place in the board's own list: shape first, colour second. Each in a square of 16 × 16 units. */
export const marks: readonly Icon[] = [
  [['circle', { cx: '8', cy: '8', r: '6.4' }]],
  [['polygon', { points: '2.5,2.5 13.5,2.5 13.5,13.5 2.5,13.5' }]],
  [['polygon', { points: '8,1.5 15,14 1,14' }]],
  [['polygon', { points: '8,.8 15.2,8 8,15.2 .8,8' }]],
  [['polygon', { points: '4.2,1.6 11.8,1.6 15.4,8 11.8,14.4 4.2,14.4 .6,8' }]],
  [['polygon', { points: '5.5,1.5 10.5,1.5 10.5,5.5 14.5,5.5 14.5,10.5 10.5,10.5 10.5,14.5 5.5,14.5 5.5,10.5 1.5,10.5 1.5,5.5 5.5,5.5' }]],
  [['polygon', { points: '8,.8 10.1,5.6 15.4,6.1 11.4,9.6 12.6,14.8 8,12.1 3.4,14.8 4.6,9.6 .6,6.1 5.9,5.6' }]],
  [['path', { 'fill-rule': 'evenodd', d: 'M8 1.3a6.7 6.7 0 1 0 0 13.4A6.7 6.7 0 0 0 8 1.3Zm0 3.4a3.3 3.3 0 1 1 0 6.6 3.3 3.3 0 0 1 0-6.6Z' }]],
]

/** A sector's mark; they start over after eight. Nothing where it is not in the list. */
export const markOf = (place: number): Icon | undefined => (place < 0 ? undefined : marks[place % marks.length])
