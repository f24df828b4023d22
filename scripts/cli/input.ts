import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { type BoardFile, checkBoardFile } from '../../shared/file.ts'
import { brokenAt, parseJson, weighJson } from '../../shared/json.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { Failure } from './failure.ts'

/* What a command is given: a file or, as “-”, whatever is sent to it. Never more of it in memory than a board may take. */

/** Most values in one file, and deepest nesting: beyond these no board goes, and a small file could ask for all memory. */
const mostValues = 3_000_000
const mostDepth = 64

/** How people call what they gave. */
export const nameOf = (path: string): string => (path === '-' ? 'What was sent' : `“${basename(path)}”`)

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toLocaleString('en', { maximumFractionDigits: 1 })} MB`

/** Where a file is that was named in the folder the command was given in: npm runs its scripts in the one above. */
export const pathOf = (path: string): string => resolve(process.env['npm_lifecycle_event'] === 'cli' ? (process.env['INIT_CWD'] ?? '') : '', path)

/** All bytes of a file or of what is sent, where they are at most `most`. */
export async function readBytes(path: string, most: number): Promise<Buffer> {
  const tooLarge = () => new Failure('content', `${nameOf(path)} is larger than ${megabytes(most)}, the most that is read. Raise MAX_FILE_BYTES, or use a smaller board.`)
  try {
    if (path !== '-' && (await stat(pathOf(path))).size > most) throw tooLarge()
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of (path === '-' ? process.stdin : createReadStream(pathOf(path))) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > most) throw tooLarge()
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new Failure('files', `${nameOf(path)} cannot be read: ${sentenceOf(error)}.`, error)
    throw error
  }
}

/** The text behind bytes, which have to be UTF-8. */
export function textIn(bytes: Uint8Array, path: string): string {
  const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? 'UTF-16' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'UTF-16' : undefined
  if (mark) throw new Failure('content', `${nameOf(path)} is written in ${mark}; a board file is UTF-8. Save it again as UTF-8.`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    const line = new TextDecoder().decode(bytes).split('\ufffd', 1)[0]?.split('\n').length ?? 1
    throw new Failure('content', `${nameOf(path)} is not written in UTF-8: line ${line.toLocaleString('en')} holds letters of another encoding. Save it again as UTF-8.`, error)
  }
}

/** The value of a JSON text; a sentence where it is none, or more than a board can be. */
export function jsonIn(bytes: Uint8Array, path: string): unknown {
  const { values, depth } = weighJson(bytes)
  if (depth > mostDepth) throw new Failure('content', `${nameOf(path)} is nested ${depth.toLocaleString('en')} deep; a board file at most ${mostDepth}.`)
  if (values > mostValues) throw new Failure('content', `${nameOf(path)} holds ${values.toLocaleString('en')} values; a board file at most ${mostValues.toLocaleString('en')}. Use a smaller board.`)
  const text = textIn(bytes, path)
  try {
    return parseJson(text)
  } catch (error) {
    throw new Failure('content', `${nameOf(path)} is not a board file: it should be JSON, and ${brokenAt(text, error)}.`, error)
  }
}

/** The board file in a value; a sentence for each thing that is wrong with it. */
export function boardFileIn(value: unknown): BoardFile {
  const { file, problems } = checkBoardFile(value)
  if (!file) throw new Failure('content', problems.join('\n'))
  return file
}

/** The board file at a path. */
export const readBoardFile = async (path: string, most: number): Promise<BoardFile> => boardFileIn(jsonIn(await readBytes(path, most), path))
