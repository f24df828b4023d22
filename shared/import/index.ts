import { brokenAt } from '../broken-json.ts'
import { type BoardFile, BoardFileError, parseBoardFile } from '../file.ts'
import { fileFormat } from '../file-versions.ts'
import { isObject, parseJson } from '../json.ts'
import { JsonError, weigh } from '../json-bytes.ts'
import { extensionOf, type FormatName } from './accepted.ts'
import { decode } from './decode.ts'
import { type Imported, ImportError, quoted } from './imported.ts'
import { isCanvas, readCanvas } from './json-canvas.ts'
import { readTableText, type Table } from './table-file.ts'
import { isTldraw, readTldraw, type TldrawDocument } from './tldraw.ts'

/** What brings a tldraw file up to date: tldraw's own code, which nothing here may load. Throws an ImportError. */
export type Migrate = (value: Record<string, unknown>) => TldrawDocument

/** Said where nothing else fits. */
const wanted = 'Choose a board file (.json), a tldraw file (.tldr), a table (.csv or .tsv) or a JSON Canvas (.canvas).'

export type Read =
  | { readonly is: 'board'; readonly format: Exclude<FormatName, 'table'>; readonly file: BoardFile; readonly warnings: readonly string[] }
  | { readonly is: 'table'; readonly table: Table; readonly title: string }

/** Most sentences about one file: after them nobody reads on. */
const mostWarnings = 8

/** Reads whatever somebody chose, by what it holds rather than by how it is called. Throws an ImportError that says where it goes wrong. */
export function readSource(bytes: Uint8Array, name: string, migrate: Migrate): Read {
  const { text: whole, warning } = decode(bytes, name)
  const text = whole.replace(/^\ufeff/, '')
  const title = name.replace(/\.[^.]+$/, '').slice(0, 200)
  const withWarning = (warnings: readonly string[]): string[] => {
    const all = [...new Set([...(warning ? [warning] : []), ...warnings])]
    return all.length > mostWarnings ? [...all.slice(0, mostWarnings), `And ${all.length - mostWarnings} more of this sort.`] : all
  }
  const looksLikeJson = /^\s*[{[]/.test(text)
  if (!looksLikeJson && !['json', 'tldr', 'canvas'].includes(extensionOf(name))) {
    const table = readTableText(text, name)
    return { is: 'table', table: { ...table, warnings: withWarning(table.warnings) }, title }
  }
  const value = jsonIn(bytes, text, name)
  const board = (format: Exclude<FormatName, 'table'>, { file, warnings }: Imported): Read => ({ is: 'board', format, file: checked(file), warnings: withWarning(warnings) })
  if (isTldraw(value)) return board('tldraw', readTldraw(migrate(value as Record<string, unknown>), title))
  if (isCanvas(value)) return board('canvas', readCanvas(value, title))
  if (isObject(value) && value['format'] === fileFormat) return board('board', { file: value as BoardFile, warnings: [] })
  throw new ImportError(`${quoted(name)} is not a Manyfutures board file, and neither a tldraw file nor a JSON Canvas. ${wanted}`)
}

function jsonIn(bytes: Uint8Array, text: string, name: string): unknown {
  try {
    // What is not UTF-8 is weighed as if it were.
    weigh(bytes[0] === 0xff || bytes[0] === 0xfe ? new TextEncoder().encode(text) : bytes, quoted(name))
    return parseJson(text)
  } catch (error) {
    if (error instanceof JsonError) throw new ImportError(error.message, { cause: error })
    throw new ImportError(`${quoted(name)} is not a board file or anything like it: it should be JSON, and ${brokenAt(text)}. ${wanted}`, { cause: error })
  }
}

function checked(value: unknown): BoardFile {
  try {
    return parseBoardFile(value)
  } catch (error) {
    if (error instanceof BoardFileError) throw new ImportError(error.message, { cause: error })
    throw error
  }
}
