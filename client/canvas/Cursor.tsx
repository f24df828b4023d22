import { memo, useRef } from 'react'
import { type TLCursorProps, useTransform } from 'tldraw'
import { useValue } from 'tldraw'
import { Mark, sectorColour } from '../ui/Mark.tsx'
import { useBoard } from './board-context.ts'

/** Somebody else's pointer, with their name and their sector's mark. */
export const Cursor = memo(function Cursor({ point, zoom, name, userId, className }: TLCursorProps) {
  const element = useRef<HTMLDivElement>(null)
  const { people, model } = useBoard()
  useTransform(element, point?.x, point?.y, 1 / zoom)
  const place = useValue(
    'sector of a cursor',
    () => {
      const person = people.get().find(each => `user:${each.id}-${each.client}` === userId)
      return person ? model.meta.get().sectors.indexOf(person.sector) : -1
    },
    [people, model, userId],
  )
  if (!point) return null
  const colour = sectorColour(place)
  return (
    <div ref={element} className={`mf-cursor ${className ?? ''}`} style={{ color: colour }}>
      <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
        <path d="M2.5 2.5 8.2 18.4 11 11.2 18.2 8.4Z" fill="currentColor" stroke="var(--paper)" strokeWidth="1.6" strokeLinejoin="round" />
      </svg>
      {name && (
        <span style={{ background: colour }}>
          <Mark place={place} size={11} on />
          {name}
        </span>
      )}
    </div>
  )
})
