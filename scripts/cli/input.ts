import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type BoardFile, checkBoardFile } from '../../shared/file.ts'
import { JsonError, jsonIn } from '../../shared/json-bytes.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { Failure } from './failure.ts'
import { pathOf } from './paths.ts'

/* What a command is given: a file or, as “-”, whatever is sent to it. Never more of it in memory than a board may take. */

/** How people call what they gave. */
export const nameOf = (path: string): string => (path === '-' ? 'What was sent' : `“${basename(path)}”`)

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toLocaleString('en', { maximumFractionDigits: 1 })} MB`

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

/** The value of a JSON text; a sentence where it is none, or more than a board can be. */
export function jsonAt(bytes: Uint8Array, path: string): unknown {
  try {
    return jsonIn(bytes, nameOf(path))
  } catch (error) {
    throw error instanceof JsonError ? new Failure('content', error.message, error) : error
  }
}

/** The board file in a value; a sentence for each thing that is wrong with it. */
export function boardFileIn(value: unknown): BoardFile {
  const { file, problems } = checkBoardFile(value)
  if (!file) throw new Failure('content', problems.join('\n'))
  return file
}

/** The board file at a path. */
export const readBoardFile = async (path: string, most: number): Promise<BoardFile> => boardFileIn(jsonAt(await readBytes(path, most), path))
