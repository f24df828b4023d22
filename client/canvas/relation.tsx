import type { ReactNode } from 'react'
import { type BindingOnChangeOptions, type BindingOnCreateOptions, type BindingOnShapeChangeOptions, type BindingOnShapeDeleteOptions, ArrowBindingUtil, ArrowShapeUtil, type Editor, getArrowInfo, SVGContainer, type SvgExportContext, type TLArrowBinding, type TLArrowInfo, type TLArrowShape, track, useEditor, useValue, type VecLike } from 'tldraw'
import { dashesFor } from '../../shared/dashes.ts'
import { readWords } from '../../shared/json.ts'
import { drawnAs, relationOf } from '../../shared/relations.ts'
import type { Box } from '../../shared/room.ts'
import { recordIdOf } from '../sync/codec.ts'
import { isMerging } from '../sync/merging.ts'
import { isArranging } from './arranged.ts'
import { themed } from '../ui/colours.ts'
import { useModel } from './board-context.ts'
import { isCardShape } from '../sync/shapes.ts'

/** An arrow between two cards is a relation and looks like one; any other arrow stays tldraw's. */
export class RelationArrowUtil extends ArrowShapeUtil.configure({
  // A relation is to a whole card, however long somebody waits before letting go.
  hoverPreciseTimeout: Infinity,
  pointingPreciseTimeout: Infinity,
}) {
  override canEdit(shape: TLArrowShape) {
    return !this.isRelation(shape)
  }
  override component(shape: TLArrowShape) {
    return this.isRelation(shape) ? <RelationLine shape={shape} /> : <Plain draw={() => super.component(shape)} />
  }
  override toSvg(shape: TLArrowShape, context: SvgExportContext) {
    if (!this.isRelation(shape)) return super.toSvg(shape, context)
    return (
      <g data-distance="near">
        <RelationDrawing shape={shape} lively={false} />
      </g>
    )
  }
  override getAriaDescriptor(shape: TLArrowShape) {
    const ends = this.editor.getBindingsFromShape(shape, 'arrow')
    const words = (terminal: 'start' | 'end') => {
      const card = this.editor.getShape(ends.find(binding => binding.props.terminal === terminal)?.toId ?? shape.id)
      return isCardShape(card) ? card.props.text || 'an empty card' : undefined
    }
    const [from, to] = [words('start'), words('end')]
    const kind = readWords(shape.meta['kind'])
    return from !== undefined && to !== undefined && Object.hasOwn(relationLabels, kind) ? `${from} ${relationLabels[kind]} ${to}` : undefined
  }
  /** Its ends are taken hold of where they are drawn. tldraw has them in the middle of the cards, where a click means the card. */
  override getHandles(shape: TLArrowShape) {
    const handles = super.getHandles(shape)
    const info = this.isRelation(shape) ? getArrowInfo(this.editor, shape) : undefined
    if (!info?.isValid) return handles
    const { start, finish } = lineOf(info, endBox(this.editor, shape))
    return handles.map(handle => (handle.id === 'start' ? { ...handle, x: start.x, y: start.y } : handle.id === 'end' ? { ...handle, x: finish.x, y: finish.y } : handle))
  }
  override getIndicatorPath(shape: TLArrowShape) {
    if (!this.isRelation(shape)) return super.getIndicatorPath(shape)
    const info = getArrowInfo(this.editor, shape)
    return info?.isValid ? new Path2D(lineOf(info, endBox(this.editor, shape)).d) : undefined
  }
  private isRelation(shape: TLArrowShape): boolean {
    const ends = this.editor.getBindingsFromShape(shape, 'arrow')
    return ends.length === 2 && ends.every(binding => isCardShape(this.editor.getShape(binding.toId)))
  }
}

/** tldraw's own drawing uses hooks; an arrow that becomes a relation must not change how many its shape has. */
const Plain = ({ draw }: { draw: () => ReactNode }) => draw()

const relationLabels: Readonly<Record<string, string>> = Object.fromEntries(
  (['leads', 'enables', 'blocks', 'requires', 'tension', 'informs'] as const).map(name => [name, relationOf(name).label]),
)

const dashes = { solid: undefined, heavy: undefined, dashed: '7 4.5', dotted: '.1 5.5' } as const

const RelationLine = track(function RelationLine({ shape }: { shape: TLArrowShape }) {
  const editor = useEditor()
  const lively = useValue(
    'an end or the line is selected',
    () => {
      const selected = editor.getSelectedShapeIds()
      return selected.includes(shape.id) || editor.getBindingsFromShape(shape.id, 'arrow').some(binding => selected.includes(binding.toId))
    },
    [editor, shape.id],
  )
  return (
    <SVGContainer style={{ minWidth: 50, minHeight: 50 }}>
      <RelationDrawing shape={shape} lively={lively} />
    </SVGContainer>
  )
})

const RelationDrawing = track(function RelationDrawing({ shape, lively }: { shape: TLArrowShape; lively: boolean }) {
  const editor = useEditor()
  const model = useModel()
  const relation = useValue('relation', () => model.relation(recordIdOf(shape.id)), [model, shape.id])
  const info = getArrowInfo(editor, shape)
  if (!info?.isValid || !relation) return null
  const { line, end, color, symmetric } = drawnAs(relation.kind, relation.sign)
  const { d, start, finish, middle } = lineOf(info, endBox(editor, shape))
  const width = (lively ? 2.6 : 1.7) + (line === 'heavy' ? 0.6 : 0) + (line === 'dotted' ? 0.6 : 0)
  return (
    <g style={{ color: themed(color) }}>
      <path d={d} fill="none" stroke="currentColor" strokeWidth={width} strokeDasharray={dashesFor(dashes[line], Math.hypot(finish.x - start.x, finish.y - start.y))} strokeLinecap={line === 'dotted' ? 'round' : 'butt'} />
      <Head at={finish} end={end} />
      {symmetric && <Head at={start} end={end} />}
      {relation.delay && <path d="M-4 -7V7M3 -7V7" transform={`translate(${(middle.x + finish.x) / 2} ${(middle.y + finish.y) / 2}) rotate(${finish.angle})`} stroke="currentColor" strokeWidth="2" />}
      {Math.hypot(finish.x - start.x, finish.y - start.y) > 110 && (
        <text className="mf-label" data-lively={lively || undefined} data-quiet={relation.kind === 'leads' || undefined} x={middle.x} y={middle.y - (relation.kind === 'leads' ? 14 : 7)} textAnchor="middle" fill="currentColor">
          {relationOf(relation.kind).label}
          {relation.delay ? ', later' : ''}
        </text>
      )}
      {relation.kind === 'leads' && (
        <g className="mf-sign" data-lively={lively || undefined} transform={`translate(${middle.x} ${middle.y})`}>
          <circle r="7.5" fill="var(--sheet)" stroke="currentColor" strokeWidth="1.5" />
          <path d={relation.sign === '-' ? 'M-3.6 0H3.6' : 'M-3.6 0H3.6M0 -3.6V3.6'} stroke="currentColor" strokeWidth="1.6" />
        </g>
      )}
    </g>
  )
})

interface Tip {
  readonly x: number
  readonly y: number
  /** Where it points, in degrees. */
  readonly angle: number
}

function Head({ at: { x, y, angle }, end }: { at: Tip; end: ReturnType<typeof drawnAs>['end'] }) {
  return (
    <g transform={`translate(${x} ${y}) rotate(${angle})`}>
      {end === 'filled' && <path d="M0 0L-10 -5V5Z" fill="currentColor" />}
      {end === 'open' && <path d="M-9 -5L0 0L-9 5" fill="none" stroke="currentColor" strokeWidth="1.8" />}
      {end === 'bar' && <path d="M-.5 -7V7" stroke="currentColor" strokeWidth="3.2" />}
      {end === 'diamond' && <path d="M0 0L-5.5 -4.5L-11 0L-5.5 4.5Z" fill="currentColor" />}
      {end === 'dot' && <circle cx="-4" r="4" fill="currentColor" />}
    </g>
  )
}

/** How far a line's end stays from its card. */
const clearance = 3
/** How far tldraw lets an arrow's head stay off what it points at; the line is drawn on through the rest. */
const tldrawClearance = 10

/** The box of the card a relation leads to, in its arrow's own space. */
function endBox(editor: Editor, shape: TLArrowShape): Box | undefined {
  const card = editor.getBindingsFromShape(shape, 'arrow').find(end => end.props.terminal === 'end')?.toId
  const bounds = card && editor.getShapePageBounds(card)
  return bounds && { ...editor.getPointInShapeSpace(shape, bounds.point).toJson(), w: bounds.w, h: bounds.h }
}

/** The path of a relation in its arrow's own space, from three units beside one card to three beside the other. */
function lineOf(info: TLArrowInfo, target: Box | undefined): { d: string; start: Tip; finish: Tip; middle: VecLike } {
  if (info.type === 'elbow') {
    const { points } = info.route
    const [first, second] = points as [VecLike, VecLike]
    const [last, beforeLast] = [points.at(-1) as VecLike, points.at(-2) as VecLike]
    return { d: `M${points.map(point => `${point.x} ${point.y}`).join('L')}`, start: tip(first, second), finish: tip(last, beforeLast), middle: points[Math.floor(points.length / 2)] as VecLike }
  }
  const { start, end, middle } = info
  if (info.type === 'straight') {
    // tldraw ends an arrow that is shorter than its head inside the card, where nobody sees what it is.
    const edge = target && edgeBetween(start.point, end.point, target)
    if (edge) {
      const beside = Math.min(clearance, Math.hypot(edge.x - start.point.x, edge.y - start.point.y) / 6)
      const [a, b] = [towards(start.point, edge, beside), towards(edge, start.point, beside)]
      return { d: `M${a.x} ${a.y}L${b.x} ${b.y}`, start: tip(a, b), finish: tip(b, a), middle }
    }
    const a = towards(start.point, end.point, info.start.arrowhead === 'none' ? clearance : clearance - tldrawClearance)
    const b = towards(end.point, start.point, info.end.arrowhead === 'none' ? clearance : clearance - tldrawClearance)
    return { d: `M${a.x} ${a.y}L${b.x} ${b.y}`, start: tip(a, b), finish: tip(b, a), middle }
  }
  const { radius, sweepFlag, largeArcFlag, center } = info.bodyArc
  const tangent = (point: VecLike, forwards: boolean): VecLike => {
    const turn = (sweepFlag ? 1 : -1) * (forwards ? 1 : -1)
    return { x: point.x - turn * -(point.y - center.y), y: point.y - turn * (point.x - center.x) }
  }
  return {
    d: `M${start.point.x} ${start.point.y}A${radius} ${radius} 0 ${largeArcFlag} ${sweepFlag} ${end.point.x} ${end.point.y}`,
    start: tip(start.point, tangent(start.point, false)),
    finish: tip(end.point, tangent(end.point, true)),
    middle,
  }
}

/** Where a line from outside a box to a point inside of it comes in; nothing where it is not such a line. */
function edgeBetween(from: VecLike, to: VecLike, { x, y, w, h }: Box): VecLike | undefined {
  const holds = (point: VecLike) => point.x > x && point.x < x + w && point.y > y && point.y < y + h
  if (!holds(to) || holds(from)) return undefined
  const [right, down] = [to.x - from.x, to.y - from.y]
  const part = Math.max(right === 0 ? 0 : ((right > 0 ? x : x + w) - from.x) / right, down === 0 ? 0 : ((down > 0 ? y : y + h) - from.y) / down)
  return { x: from.x + right * part, y: from.y + down * part }
}

/** A point moved towards another by some units. */
function towards(from: VecLike, to: VecLike, by: number): VecLike {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1
  return { x: from.x + ((to.x - from.x) / length) * by, y: from.y + ((to.y - from.y) / length) * by }
}

const tip = (at: VecLike, from: VecLike): Tip => ({ x: at.x, y: at.y, angle: (Math.atan2(at.y - from.y, at.x - from.x) * 180) / Math.PI })

/**
 * tldraw moves arrows between containers and layers in reply to what happens to the cards they join. That is right for what is
 * done here, and wrong in reply to a merge: the one who did it has already sent where the arrow went.
 */
export class RelationBindingUtil extends ArrowBindingUtil {
  override onAfterCreate(options: BindingOnCreateOptions<TLArrowBinding>): void {
    if (!isMerging(this.editor.store) && !isArranging(this.editor)) super.onAfterCreate(options)
  }
  override onAfterChange(options: BindingOnChangeOptions<TLArrowBinding>): void {
    if (!isMerging(this.editor.store)) super.onAfterChange(options)
  }
  override onAfterChangeFromShape(options: BindingOnShapeChangeOptions<TLArrowBinding>): void {
    if (!isMerging(this.editor.store)) super.onAfterChangeFromShape(options)
  }
  override onAfterChangeToShape(options: BindingOnShapeChangeOptions<TLArrowBinding>): void {
    if (!isMerging(this.editor.store)) super.onAfterChangeToShape(options)
  }
  /** A relation without one of its cards means nothing: it goes with the card, and comes back with it. */
  override onBeforeDeleteToShape({ binding }: BindingOnShapeDeleteOptions<TLArrowBinding>): void {
    if (isMerging(this.editor.store)) return
    const ends = this.editor.getBindingsFromShape(binding.fromId, 'arrow')
    if (ends.length === 2 && ends.every(end => isCardShape(this.editor.getShape(end.toId)))) this.editor.deleteShape(binding.fromId)
  }
}
