import type { CSSProperties, ReactNode } from 'react'

export interface Bar {
  readonly key: string
  readonly name: ReactNode
  readonly count: number
  /** A colour as CSS. */
  readonly color: string
}

interface BarsProps {
  readonly caption: string
  /** What the rows are. */
  readonly head: string
  readonly rows: readonly Bar[]
  readonly remark?: string
}

/** Counts as bars, each with its number. */
export function Bars({ caption, head, rows, remark }: BarsProps) {
  const most = Math.max(1, ...rows.map(({ count }) => count))
  return (
    <figure className="bars">
      <table>
        <caption>{caption}</caption>
        <thead className="unseen">
          <tr>
            <th scope="col">{head}</th>
            <th scope="col">Cards</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, count, color }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              <td>
                <span style={{ '--part': count / most } as CSSProperties}>
                  <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
                    <rect width="1" height="1" fill={color} />
                  </svg>
                  {count}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {remark && <figcaption className="small quiet">{remark}</figcaption>}
    </figure>
  )
}
