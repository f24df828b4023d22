import { type CSSProperties, memo } from 'react'
import user from 'lucide/dist/esm/icons/user.mjs'
import help from 'lucide/dist/esm/icons/circle-question-mark.mjs'
import { BaseBoxShapeUtil, HTMLContainer, Rectangle2d, resizeBox, type TLResizeInfo, useIsEditing, useValue } from 'tldraw'
import { spaceAfter, tall } from '../../shared/card-layout.ts'
import { type CardKind } from '../../shared/cards/card.ts'
import { kindOf } from '../../shared/cards/index.ts'
import { cardDefaults } from '../../shared/defaults.ts'
import { ringName } from '../../shared/methods/wheel.ts'
import { histogram } from '../../shared/spread.ts'
import { noViews, scaleOf } from '../../shared/views.ts'
import { themed } from '../ui/colours.ts'
import { printDate } from '../ui/dates.ts'
import { Icon } from '../ui/Icon.tsx'
import { Mark, sectorColour } from '../ui/Mark.tsx'
import { unbroken } from '../ui/unbroken.ts'
import { recordIdOf } from '../sync/codec.ts'
import { cardProps, type CardShape, provenanceOf } from '../sync/shapes.ts'
import { useBoard, useModel, useWriter } from './board-context.ts'
import { CardText } from './card-text.tsx'
import { exported } from './exported.tsx'
import { cardLayout } from './measure.ts'
import '../ui/outlines.css'
import './card.css'

/** What a card of a kind that only a newer version knows looks like. */
const unknownKind: Pick<CardKind, 'title' | 'hint' | 'icon' | 'color' | 'outline'> = {
  title: 'Card',
  hint: '',
  icon: help,
  color: ['#656259', '#808080'],
  outline: 'square',
}

export const lookOf = (kind: string) => kindOf(kind) ?? unknownKind

export const cardHeight = (shape: CardShape): number => (isTall(shape.props) ? shape.props.h : layoutOf(shape).h)
const layoutOf = ({ props: { text, w, h, kind, fields }, meta }: CardShape) => cardLayout(text, w, h, lookOf(kind).outline, 'date' in fields || 'seen' in fields || 'actor' in fields || Object.keys(meta).some(name => name.startsWith('valence.')))
const isTall = ({ kind, h }: CardShape['props']): boolean => kind === 'vision' && h >= tall

export class CardUtil extends BaseBoxShapeUtil<CardShape> {
  static override type = 'card' as const
  static override props = cardProps

  override getDefaultProps(): CardShape['props'] {
    return { kind: 'note', text: '', ...cardDefaults, fields: {} }
  }
  override getGeometry(shape: CardShape) {
    return new Rectangle2d({ width: shape.props.w, height: cardHeight(shape), isFilled: true })
  }
  override canEdit() {
    return true
  }
  override hideRotateHandle() {
    return true
  }
  override getText(shape: CardShape) {
    return shape.props.text
  }
  override getAriaDescriptor({ props }: CardShape) {
    return `${lookOf(props.kind).title}: ${props.text || 'empty'}`
  }
  override onResize(shape: CardShape, info: TLResizeInfo<CardShape>) {
    return resizeBox(shape, info, { minWidth: 140, minHeight: cardDefaults.h, maxWidth: 640 })
  }
  override getIndicatorPath(shape: CardShape) {
    const path = new Path2D()
    path.roundRect(-3, -3, shape.props.w + 6, cardHeight(shape) + 6, 4)
    return path
  }
  override toSvg(shape: CardShape) {
    return exported(shape.props.w, cardHeight(shape), <CardFace shape={shape} />)
  }
  override component(shape: CardShape) {
    return (
      <HTMLContainer>
        <CardFace shape={shape} />
        <Peer shape={shape} />
      </HTMLContainer>
    )
  }
}

const CardFace = memo(function CardFace({ shape }: { shape: CardShape }) {
  const { kind, text, fields } = shape.props
  const look = lookOf(kind)
  const isEditing = useIsEditing(shape.id)
  const when = fields['date'] ?? fields['seen']
  const actor = fields['actor']
  const standsTall = isTall(shape.props)
  return (
    <div className="mf-card mf-outline" data-outline={look.outline} data-tall={standsTall || undefined} data-writing={isEditing || undefined} style={{ '--k': themed(look.color), '--after': `${spaceAfter[look.outline]}px` } as CSSProperties}>
      <div className="band">
        <Icon of={look.icon} />
      </div>
      <div className="in">
        <div className="lab">
          <span>{look.title}</span>
          <Order shape={shape} />
          {standsTall && typeof when === 'string' && <span className="numbers">{printDate(when)}</span>}
        </div>
        {isEditing ? <CardText shape={shape} hint={shortHint(look.hint)} /> : <div dir="auto" {...unbroken(text)} className={text ? 'words' : 'words hint'}>{text || shortHint(look.hint)}</div>}
        {!standsTall && !isEditing && layoutOf(shape).cut && <span className="all">Read all</span>}
        <div className="foot">
          <Valence shape={shape} />
          {typeof actor === 'string' && (
            <span className="who">
              <Icon of={user} />
              <span>{actor}</span>
            </span>
          )}
          <span className="right">
            {!standsTall && typeof when === 'string' && <span className="numbers">{printDate(when)}</span>}
            <Authors shape={shape} />
          </span>
        </div>
      </div>
    </div>
  )
})

/** The first sentence: a card has no room for more, and the panel says the rest. */
const shortHint = (hint: string): string => hint.split(/(?<=[.?])\s/)[0] ?? ''

/** How people value it: a bar a step, never a mean. */
function Valence({ shape }: { shape: CardShape }) {
  const board = useBoard()
  const counts = useValue('valence', () => histogram(board.spread(board.model.card(recordIdOf(shape.id))?.views.valence ?? noViews.valence, 'valence').shown, scaleOf('valence')).join(), [board, shape.id])
  const bars = counts.split(',').map(Number)
  const most = Math.max(...bars)
  if (most === 0) return null
  return (
    <svg className="valence" width="86" height="16" viewBox="0 0 86 16" aria-hidden="true">
      <path d="M0 15.5H86M43 12V15.5" stroke="var(--edge)" />
      {bars.map((count, i) => {
        const height = (count / most) * 13
        return count > 0 && <rect key={i} x={3 + i * 12} y={15 - height} width="8" height={height} fill={`var(--val-${i < 3 ? 'down' : i > 3 ? 'up' : 'mid'})`} />
      })}
    </svg>
  )
}

/** Where a card stands in its wheel, as its relations say. */
function Order({ shape }: { shape: CardShape }) {
  const model = useModel()
  const order = useValue('order', () => model.orderOf(recordIdOf(shape.id)), [model, shape.id])
  return order === undefined ? null : <span>{ringName(order)}</span>
}

/** Small marks of the sectors of those who wrote it. */
function Authors({ shape }: { shape: CardShape }) {
  const board = useBoard()
  const { by, edited } = provenanceOf(shape)
  const editor = edited?.by
  const places = useValue('sectors of authors', () => [...new Set([by, editor].map(id => (id === undefined ? -1 : (board.author(id)?.place ?? -1))))].filter(place => place >= 0).join(), [board, by, editor])
  return places
    .split(',')
    .filter(Boolean)
    .map(place => <Mark key={place} place={Number(place)} size={12} />)
}

function Peer({ shape }: { shape: CardShape }) {
  const writer = useWriter(recordIdOf(shape.id))
  const { model } = useBoard()
  const place = useValue('sector of writer', () => (writer ? model.meta.get().sectors.indexOf(writer.sector) : -1), [model, writer])
  if (!writer) return null
  return (
    <div className="mf-peer" style={{ '--s': sectorColour(place) } as CSSProperties}>
      <span>
        <Mark place={place} size={11} on />
        {writer.name} is writing
      </span>
    </div>
  )
}
