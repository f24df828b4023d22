import { memo, type PointerEvent as ReactPointerEvent, useState } from 'react'
import split from 'lucide/dist/esm/icons/split.mjs'
import { HTMLContainer, useEditor, useValue } from 'tldraw'
import { dashesFor } from '../../shared/dashes.ts'
import { attachedAt, markerAt, marksApart, spectrumEnd, tensionFrame, xOfMarker } from '../../shared/methods/tension.ts'
import { type Spread, type SpreadRow, thirds } from '../../shared/spread.ts'
import { scaleOf } from '../../shared/views.ts'
import { Icon } from '../ui/Icon.tsx'
import { Mark, sectorColour } from '../ui/Mark.tsx'
import { useBoard } from './board-context.ts'
import type { FaceProps } from './structure.tsx'

/** Two poles in the group's own words, a row a sector, a mark a person; below it, cards attached to a pole or to both. */
export const TensionFace = memo(function TensionFace({ structure }: FaceProps) {
  const board = useBoard()
  const { w, h, fields, views } = structure
  const { title, left, right } = fields as Record<string, string>
  const spread = useValue('how people stand', () => board.spread(views.marker, 'marker'), [board, views])
  const sectors = useValue('sectors', () => board.model.meta.get().sectors, [board])
  const attached = useValue('cards attached', () => board.model.members(structure.id).map(card => attachedAt(structure, { x: card.place.x + card.w / 2, y: card.place.y })).join(), [board, structure])
  const me = useValue('me', () => board.author(board.me), [board])
  const [start, end] = [tensionFrame.left, w - tensionFrame.right]
  const bottom = spectrumEnd(spread.rows.length)
  const third = Math.max(0, end - start) / 3
  const rowY = (i: number) => tensionFrame.top + (i + 0.5) * tensionFrame.row
  const counts = ['left', 'both', 'right'].map(side => attached.split(',').filter(each => each === side).length)
  return (
    <HTMLContainer>
      <svg className="mf-furniture" width={w} height={h} aria-hidden="true">
        <rect width={w} height={Math.max(h, bottom)} fill="var(--paper)" stroke="var(--edge)" strokeWidth="1.6" />
        {spread.camps && (
          <g fill="var(--water-1)">
            <rect x={start} y={tensionFrame.top} width={third} height={bottom - tensionFrame.top - tensionFrame.foot} rx="4" />
            <rect x={end - third} y={tensionFrame.top} width={third} height={bottom - tensionFrame.top - tensionFrame.foot} rx="4" />
          </g>
        )}
        <path d={`M${start} ${tensionFrame.top - 8}H${end}M${start} ${tensionFrame.top - 15}v14M${end} ${tensionFrame.top - 15}v14M${(start + end) / 2} ${tensionFrame.top - 12}v8`} stroke="var(--ink)" strokeWidth="2" />
        {spread.rows.map((row, i) => (
          <g key={row.sector ?? ''}>
            <path d={`M${start} ${rowY(i)}H${end}`} stroke="var(--hairline)" strokeWidth="1.5" />
            {(row.is === 'closed' || row.is === 'pooled') && (
              <text className="sector closed" x={(start + end) / 2} y={rowY(i) + 6} textAnchor="middle">
                {row.is === 'closed' ? 'fewer than 3, kept closed' : 'fewer than 3, shown with others'}
              </text>
            )}
          </g>
        ))}
        <Counts spread={spread} at={[start + third / 2, (start + end) / 2, end - third / 2]} y={bottom - 16} />
        {h > bottom + 60 && (
          <>
            <path d={`M0 ${bottom}H${w}`} stroke="var(--hairline)" strokeWidth="1.5" />
            <path d={`M${start + third} ${bottom}V${h}M${end - third} ${bottom}V${h}`} stroke="var(--hairline)" strokeWidth="1.5" strokeDasharray={dashesFor('1.5 6', h)} />
            {[left || 'Left pole', 'Both', right || 'Right pole'].map((side, i) => (
              <text key={i} className="sector closed" x={[start + third / 2, (start + end) / 2, end - third / 2][i]} y={h - 12} textAnchor="middle">
                {attachedHere(counts[i] ?? 0, i === 1, third < 230)}
                <title>{side}</title>
              </text>
            ))}
          </>
        )}
      </svg>
      <div className="mf-furniture">
        <div className="mf-words aside" style={{ left: 20, top: 6, width: w - 240, height: 36 }}>
          <span className="cut">{title || 'Tension'}</span>
          {spread.camps && (
            <span className="mf-camps">
              <Icon of={split} size={17} /> Two camps
            </span>
          )}
        </div>
        <div className="mf-words aside" style={{ right: 20, top: 6, width: 220, height: 36, justifyContent: 'flex-end' }}>
          {spread.people ? `${spread.people} placed` : ''}
        </div>
        {spread.rows.map((row, i) => (
          <div key={row.sector ?? ''} className="mf-words sector" style={{ left: 20, top: rowY(i) - tensionFrame.row / 2, width: start - 40, height: tensionFrame.row }}>
            <span className="cut">{row.sector ?? 'Others'}</span>
          </div>
        ))}
        {[left || 'Left pole', right || 'Right pole'].map((pole, i) => (
          <div key={i} className={`mf-words pole ${fields[i ? 'right' : 'left'] ? '' : 'missing'}`} data-length={lengthOf(pole, (end - start) / 2 - 12)} style={{ [i ? 'right' : 'left']: i ? tensionFrame.right : start, top: 38, width: (end - start) / 2 - 12, height: 64, ...(i && { justifyContent: 'flex-end', textAlign: 'right' as const }) }}>
            <span className="cut">{pole}</span>
          </div>
        ))}
      </div>
      <Marks spread={spread} structure={structure} sectors={sectors} mine={{ marker: views.marker.get(board.me), sector: me?.sector ?? '' }} rowY={rowY} />
      <Spectrum structure={structure} bottom={bottom - tensionFrame.foot} rowOf={sector => rowOfOwn(spread, sector)} rowY={rowY} shown={row => spread.rows[row]?.values ?? []} />
    </HTMLContainer>
  )
})

/** What stands below a pole or between them, or may: shorter where the tension is narrow. */
function attachedHere(count: number, both: boolean, narrow: boolean): string {
  const where = both ? 'on both' : narrow && count > 0 ? 'here' : 'on this pole'
  if (count > 0) return `${count} ${count === 1 ? 'card' : 'cards'} ${where}`
  return narrow ? `${where[0]?.toUpperCase()}${where.slice(1)}` : `Cards ${where} go here`
}

/** A longer pole is set smaller, so that all of it can be read; in letters of half its size a line, as fits. */
const lengthOf = (pole: string, width: number): 'short' | 'long' | 'very long' => (pole.length < (2 * width) / 15 ? 'short' : pole.length < (2 * width) / 12 ? 'long' : 'very long')

/** How many stand where, in words; two camps stay two. */
function Counts({ spread, at, y }: { spread: Spread; at: readonly number[]; y: number }) {
  if (spread.shown.length === 0) {
    const waiting = spread.people > 0 ? 'Marks are shown once three people are placed.' : 'Everyone places their own mark on the line.'
    return (
      <text className="sector closed" x={at[1]} y={y} textAnchor="middle">
        {waiting}
      </text>
    )
  }
  const { low, between, high } = thirds(spread.shown, scaleOf('marker'))
  if (!spread.camps) {
    return (
      <text className="sector" x={at[1]} y={y} textAnchor="middle">
        {low} lean left, {between} between, {high} lean right
      </text>
    )
  }
  return [`${low} here`, between ? `${between} between` : 'nobody between', `${high} here`].map((words, i) => (
    <text key={i} className="sector" style={{ fontWeight: i === 1 ? 400 : 650 }} x={at[i]} y={y} textAnchor="middle">
      {words}
    </text>
  ))
}

/** A mark a person, without names: sectors with fewer than three stay closed. */
function Marks({ spread, structure, sectors, mine, rowY }: { mine: { readonly marker: number | undefined; readonly sector: string }; spread: Spread; structure: FaceProps['structure']; sectors: readonly string[]; rowY: (i: number) => number }) {
  return (
    <div className="mf-furniture" aria-hidden="true">
      {spread.rows.flatMap((row, i) =>
        marksApart(withoutOwn(row, spread, mine)).map(({ value, shift }, n) => {
          const place = row.sector === undefined ? -1 : sectors.indexOf(row.sector)
          return (
            <span key={`${i} ${n}`} className="mf-marker" style={{ left: xOfMarker(structure, value), top: rowY(i) + shift }}>
              {place < 0 ? <i /> : <Mark place={place} size={18} />}
            </span>
          )
        }),
      )}
    </div>
  )
}

/** One's own mark is drawn by itself, with a ring around it. */
function withoutOwn(row: SpreadRow, spread: Spread, { marker, sector }: { readonly marker: number | undefined; readonly sector: string }): readonly number[] {
  const own = spread.rows.find(each => each.sector === sector && each.is === 'open') ?? spread.rows.find(each => each.sector === undefined)
  const at = row === own && marker !== undefined ? row.values.indexOf(marker) : -1
  return at < 0 ? row.values : [...row.values.slice(0, at), ...row.values.slice(at + 1)]
}

/** The row of one's own sector, or the last one, which is that of the others, for whoever has none. */
function rowOfOwn({ rows }: Spread, sector: string): number {
  const own = rows.findIndex(row => row.sector === sector)
  return Math.max(0, own < 0 ? rows.length - 1 : own)
}

/** One's own mark, and the stretch it can be put on. Others see where it is once it is let go. */
function Spectrum({ structure, bottom, rowOf, rowY, shown }: { structure: FaceProps['structure']; bottom: number; rowOf: (sector: string) => number; rowY: (i: number) => number; shown: (row: number) => readonly number[] }) {
  const editor = useEditor()
  const board = useBoard()
  const [held, setHeld] = useState<number>()
  const may = useValue('may place', () => board.canWrite.get() && editor.isInAny('select.idle', 'select.pointing_canvas', 'select.pointing_shape'), [board, editor])
  const me = useValue('me', () => board.author(board.me), [board])
  const marker = held ?? structure.views.marker.get(board.me)
  const at = (event: ReactPointerEvent) => markerAt(structure, editor.getPointInShapeSpace(editor.getShape(`shape:${structure.id}` as never)!, editor.screenToPage({ x: event.clientX, y: event.clientY })).x)
  const { left, right, top } = tensionFrame
  // The word stands where no other mark does.
  const crowded = marker !== undefined && shown(rowOf(me?.sector ?? '')).some(other => other > marker && xOfMarker(structure, other) - xOfMarker(structure, marker) < 60)
  return (
    <>
      {may && (
        <div
          className="mf-spectrum"
          style={{ left: left - 12, top: top - 20, width: structure.w - left - right + 24, height: bottom - top + 24 }}
          onPointerDown={event => {
            if (event.button !== 0) return
            editor.markEventAsHandled(event)
            event.currentTarget.setPointerCapture(event.pointerId)
            setHeld(at(event))
          }}
          onPointerMove={event => held !== undefined && setHeld(at(event))}
          onPointerUp={event => {
            if (held === undefined) return
            editor.markEventAsHandled(event)
            board.opinions.say(structure.id, 'marker', at(event))
            setHeld(undefined)
            // What is placed can be explained: the panel asks why.
            editor.select(`shape:${structure.id}` as never)
          }}
          onPointerCancel={() => setHeld(undefined)}
        />
      )}
      {marker !== undefined && (
        <span className="mf-marker mine" data-left={crowded || undefined} style={{ left: xOfMarker(structure, marker), top: rowY(rowOf(me?.sector ?? '')), color: sectorColour(me?.place ?? -1) }}>
          {me && me.place >= 0 ? <Mark place={me.place} size={18} /> : <i />}
          <b>you</b>
        </span>
      )}
    </>
  )
}
