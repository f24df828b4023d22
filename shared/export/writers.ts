import { printBoardFile, rewritten } from '../file-out.ts'
import { csvOfCards, csvOfRelations } from './csv.ts'
import type { ExportName } from './formats.ts'
import { graphml } from './graphml.ts'
import { jsonCanvas } from './json-canvas.ts'
import type { FileReading } from './reading.ts'
import { report } from './report-markdown.ts'
import { svg } from './svg.ts'

/** What writes each format, all from the same reading: the same file always gives the same text. */
export const writers = {
  json: ({ file }) => printBoardFile(rewritten(file)),
  md: report,
  csv: csvOfCards,
  'relations.csv': csvOfRelations,
  canvas: jsonCanvas,
  graphml,
  svg,
} as const satisfies Record<ExportName, (reading: FileReading) => string>
