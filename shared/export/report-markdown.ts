import { address, inline, tableOf } from './markdown.ts'
import type { FileReading } from './reading.ts'
import { reportOf } from './report.ts'
import { type Block, type CardScale, kindTitle, type Line, type Part, type Run } from './report-parts.ts'
import type { Spread } from '../spread.ts'

/** The report as Markdown: blocks with an empty line between them. */
export function report(reading: FileReading): string {
  const { title, focus, today, horizon, counts, read, parts } = reportOf(reading)
  const span = [today && `today ${today}`, horizon && `horizon ${horizon}`].filter(Boolean).join(', ')
  const facts = [span && `${span[0]?.toUpperCase()}${span.slice(1)}.`, `On the board: ${counts}.`, read && `Exported ${read.slice(0, 10)}.`].filter(Boolean)
  const blocks = [`# ${inline(title)}`, ...(focus ? [`> ${inline(focus)}`] : []), facts.join(' '), ...parts.flatMap(printPart)]
  return `${blocks.join('\n\n')}\n`
}

const printPart = ({ heading, blocks }: Part): string[] => [`## ${printLine(heading)}`, ...blocks.map(printBlock)]

function printBlock(block: Block): string {
  switch (block.is) {
    case 'heading':
      return `### ${printLine(block.text)}`
    case 'text':
      return printLine(block.text)
    case 'list':
      return block.items.map(({ depth, line }) => `${'  '.repeat(depth)}- ${printLine(line)}`).join('\n')
    case 'table':
      return tableOf(block.head.map(printLine), block.rows.map(row => block.head.map((_, i) => (row[i] ?? []).map(printLine).join('<br>'))))
  }
}

const printLine = (line: Line): string => line.map(printRun).join('')

function printRun(run: Run): string {
  if (typeof run === 'string') return run
  switch (run.is) {
    case 'said':
      return inline(run.text)
    case 'strong':
      return `**${inline(run.text)}**`
    case 'date':
      return run.date
    case 'kind':
      return run.strong ? `**${inline(kindTitle(run.kind))}**` : inline(kindTitle(run.kind))
    case 'address':
      return address(run.url)
    case 'stand':
      return `${run.scale} ${stepsIn(run.scale, run.spread)}`
  }
}

/** Every value that may be shown, and never their mean. */
function stepsIn(scale: CardScale, { shown, camps }: Spread): string {
  return `${shown.length ? shown.map(step => printStep(scale, step)).join(' ') : 'fewer than 3 people, kept closed'}${camps ? ', two camps' : ''}`
}

const printStep = (scale: CardScale, step: number): string => (scale === 'valence' && step > 0 ? `+${step}` : String(step).replace('-', '−'))
