/** Marks of the sectors, by place in the board's own list: shape first, colour second. */
const shapes = [
  <circle key="disc" cx="8" cy="8" r="6.4" />,
  <polygon key="square" points="2.5,2.5 13.5,2.5 13.5,13.5 2.5,13.5" />,
  <polygon key="triangle" points="8,1.5 15,14 1,14" />,
  <polygon key="diamond" points="8,.8 15.2,8 8,15.2 .8,8" />,
  <polygon key="hexagon" points="4.2,1.6 11.8,1.6 15.4,8 11.8,14.4 4.2,14.4 .6,8" />,
  <polygon key="cross" points="5.5,1.5 10.5,1.5 10.5,5.5 14.5,5.5 14.5,10.5 10.5,10.5 10.5,14.5 5.5,14.5 5.5,10.5 1.5,10.5 1.5,5.5 5.5,5.5" />,
  <polygon key="star" points="8,.8 10.1,5.6 15.4,6.1 11.4,9.6 12.6,14.8 8,12.1 3.4,14.8 4.6,9.6 .6,6.1 5.9,5.6" />,
  <path key="ring" fillRule="evenodd" d="M8 1.3a6.7 6.7 0 1 0 0 13.4A6.7 6.7 0 0 0 8 1.3Zm0 3.4a3.3 3.3 0 1 1 0 6.6 3.3 3.3 0 0 1 0-6.6Z" />,
]

/** A sector's colour as CSS; grey for none. `place` counts from 0 and starts over after eight. */
export const sectorColour = (place: number): string => (place < 0 ? 'var(--ink-3)' : `var(--sector-${(place % 8) + 1})`)

/** A sector's mark. With a `name` it is read out; without, it is decoration beside the name. */
export function Mark({ place, name, size = 13, on }: { place: number; name?: string; size?: number; on?: boolean }) {
  if (place < 0) return null
  return (
    <svg className="mark" width={size} height={size} viewBox="-1.5 -1.5 19 19" fill={on ? 'var(--on-sector)' : sectorColour(place)} {...(name ? { role: 'img', 'aria-label': name } : { 'aria-hidden': true })}>
      {name && <title>{name}</title>}
      {shapes[place % 8]}
    </svg>
  )
}
