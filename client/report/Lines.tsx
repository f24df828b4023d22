import { createContext, type ReactNode, use } from 'react'
import { kindOf } from '../../shared/cards/index.ts'
import type { RecordId } from '../../shared/ids.ts'
import { type Block, type Item, kindTitle, type Line, type Run } from '../../shared/export/report-parts.ts'
import { placeOnBoard } from '../address.ts'
import { printDate } from '../ui/dates.ts'
import { unbroken } from '../ui/unbroken.ts'
import { KindBadge } from '../ui/KindBadge.tsx'
import { Stand } from './Stand.tsx'

/** The board that statements lead to. */
export const BoardRead = createContext('')

/** What somebody said, as a way to where it stands on the board. */
export function Statement({ at, children }: { at: RecordId; children: ReactNode }) {
  return (
    <a className="statement" dir="auto" {...unbroken(typeof children === 'string' ? children : '')} href={placeOnBoard(use(BoardRead), at)}>
      {children}
    </a>
  )
}

/** A kind of card: its shape and icon, and its name. */
export function Kind({ of }: { of: string }) {
  const kind = kindOf(of)
  return (
    <span className="kind">
      {kind && <KindBadge kind={kind} size={18} />}
      {kindTitle(of)}
    </span>
  )
}

export const plainWords = (line: Line): string => line.map(run => (typeof run === 'string' ? run : 'text' in run ? run.text : '')).join('')

export function Words({ of }: { of: Line }) {
  return of.map((run, i) => <Printed key={i} run={run} />)
}

function Printed({ run }: { run: Run }) {
  if (typeof run === 'string') return run
  switch (run.is) {
    case 'said':
      return run.at === undefined ? <span dir="auto" {...unbroken(run.text)}>{run.text}</span> : <Statement at={run.at}>{run.text}</Statement>
    case 'strong':
      return <b dir="auto" {...unbroken(run.text)}>{run.text}</b>
    case 'date':
      return printDate(run.date)
    case 'kind':
      return <Kind of={run.kind} />
    case 'address':
      return (
        <a className="source" href={run.url} rel="noreferrer">
          {run.url}
        </a>
      )
    case 'stand':
      return <Stand scale={run.scale} spread={run.spread} />
  }
}

export function Told({ block, labelledBy }: { block: Block; labelledBy: string }) {
  switch (block.is) {
    case 'heading':
      return (
        <h3>
          <Words of={block.text} />
        </h3>
      )
    case 'text':
      return (
        <p>
          <Words of={block.text} />
        </p>
      )
    case 'list':
      return <Nested items={block.items} />
    case 'table':
      return (
        <div className="wide">
          <table className="told" aria-labelledby={labelledBy}>
            <thead>
              <tr>
                {block.head.map((cell, i) => (<th key={i} scope="col">{cell.length ? <Words of={cell} /> : <span className="unseen">Row</span>}</th>))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, i) => (
                <tr key={i}>
                  {row.map((lines, n) => (
                    <Cell key={n} lines={lines} first={n === 0} head={block.head[n] ?? []} span={n === row.length - 1 ? block.head.length - n : 1} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )
  }
}

/** A cell; where there is no room for columns, it says itself which one it is of. */
function Cell({ lines, first, head, span }: { lines: readonly Line[]; first: boolean; head: Line; span: number }) {
  const inside = lines.map((line, i) => (
    <div key={i}>
      <Words of={line} />
    </div>
  ))
  if (first && lines.some(({ length }) => length > 0)) return <th scope="row">{inside}</th>
  return (
    <td data-head={plainWords(head)} colSpan={span}>
      {inside}
    </td>
  )
}

interface Branch {
  readonly line: Line
  readonly below: Branch[]
}

/** Lines that lie deeper belong to the last one above them that does not. */
function branchesOf(items: readonly Item[]): Branch[] {
  const top: Branch[] = []
  const open: Branch[][] = [top]
  for (const { depth, line } of items) {
    open.length = Math.min(open.length, depth + 1)
    const branch: Branch = { line, below: [] }
    open.at(-1)?.push(branch)
    open.push(branch.below)
  }
  return top
}

const Nested = ({ items }: { items: readonly Item[] }) => <Branches of={branchesOf(items)} />

function Branches({ of }: { of: readonly Branch[] }) {
  return (
    <ul>
      {of.map(({ line, below }, i) => (
        <li key={i}>
          <Words of={line} />
          {below.length > 0 && <Branches of={below} />}
        </li>
      ))}
    </ul>
  )
}
