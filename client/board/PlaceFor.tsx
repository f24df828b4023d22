import { useValue } from 'tldraw'
import type { Card } from '../../shared/board.ts'
import { kindOf } from '../../shared/cards/index.ts'
import { asGrid, asTimeline, cellOf } from '../../shared/computed.ts'
import type { RecordId } from '../../shared/ids.ts'
import { type Attached, attachedAt } from '../../shared/methods/tension.ts'
import { laneAt } from '../../shared/methods/timeline.ts'
import { focusMap } from '../canvas/focus.ts'
import { PlaceSection, RelateSection } from '../panels/PlaceSection.tsx'
import type { OpenBoard } from './open.ts'

/** More cards than this make a list nobody reads; the map is quicker then. */
const mostListed = 400

/** A card's cell in its grid, lane of its timeline or side of its tension, and the card it could be related to: chosen instead of dragged. */
export function PlaceFor({ board, card }: { board: OpenBoard; card: Card }) {
  const { model, inside, commands } = board
  const disabled = !useValue(board.canWrite)
  const structure = useValue('where it stands', () => (card.place.parent ? model.structure(card.place.parent) : undefined), [model, card])
  const others = useValue(
    'other cards',
    () => {
      const related = new Set(model.relationsAt(card.id).filter(each => each.from === card.id).map(each => each.to))
      const all = model.allCards().filter(each => each.id !== card.id && !related.has(each.id) && each.text.trim() !== '')
      // Those of the same structure first: that is where most relations are.
      return all.sort((a, b) => Number(b.place.parent === card.place.parent) - Number(a.place.parent === card.place.parent)).slice(0, mostListed)
    },
    [model, card],
  )
  const cell = structure?.type === 'grid' ? cellOf(structure, card) : undefined
  const grid = structure?.type === 'grid' ? asGrid(structure) : undefined
  const axis = structure?.type === 'timeline' && card.kind !== 'vision' ? asTimeline(structure) : undefined
  const lane = axis && laneAt(axis, card.place.y + card.h / 2)
  const named = (names: readonly string[], what: string) => names.map((name, i): [string, string] => [String(i), name || `${what} ${i + 1}`])
  return (
    <>
      {grid && (
        <PlaceSection
          title="Cell"
          disabled={disabled}
          choices={[
            { label: 'Row', value: String(cell?.row ?? ''), options: [...(cell ? [] : [['', 'None'] as const]), ...named(grid.rows, 'Row')], choose: row => inside.toCell(card.id, { row: Number(row), col: cell?.col ?? 0 }) },
            { label: 'Column', value: String(cell?.col ?? ''), options: [...(cell ? [] : [['', 'None'] as const]), ...named(grid.cols, 'Column')], choose: col => inside.toCell(card.id, { row: cell?.row ?? 0, col: Number(col) }) },
          ]}
        />
      )}
      {axis && axis.lanes.length > 1 && lane !== undefined && (
        <PlaceSection title="Lane" disabled={disabled} choices={[{ label: 'Lane', value: String(lane), options: named(axis.lanes, 'Lane'), choose: next => inside.toLane(card.id, Number(next)) }]} />
      )}
      {structure?.type === 'tension' && (
        <PlaceSection
          title="Attached to"
          disabled={disabled}
          choices={[
            {
              label: 'Side',
              value: attachedAt(structure, { x: card.place.x + card.w / 2, y: card.place.y }),
              options: [
                ['left', String(structure.fields['left'] || 'Left pole')],
                ['both', 'The tension as a whole'],
                ['right', String(structure.fields['right'] || 'Right pole')],
              ],
              choose: side => inside.attach(card.id, side as Attached),
            },
          ]}
        />
      )}
      {!disabled && others.length > 0 && (
        <RelateSection
          cards={others.map(each => [each.id, `${kindOf(each.kind)?.title ?? 'Card'}: ${each.text.replace(/\s+/g, ' ').slice(0, 70)}`])}
          relate={other => {
            commands.join(card.id, other as RecordId)
            // The relation is selected now: its keys are those of the map.
            const editor = board.editor()
            if (editor) focusMap(editor)
          }}
        />
      )}
    </>
  )
}
