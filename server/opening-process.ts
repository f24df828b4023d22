import { readFileSync } from 'node:fs'
import { badRequest, Problem } from './http/problems.ts'
import { opened, readBoardFile, readBody } from './opening.ts'
import type { Answer } from './openings.ts'

/** Opens the one board file this process was started for, by the path of a body and the day. What is wrong with it is an answer, not a failure. */
function open(path: string, today: string): Answer {
  try {
    const { title, file } = readBody(readFileSync(path))
    if (file === undefined) throw badRequest('There is no board file in what was sent.')
    return { opened: opened(readBoardFile(file), { title, today }) }
  } catch (error) {
    if (error instanceof Problem) return { refused: { status: error.status, title: error.title, detail: error.message } }
    throw error
  }
}

const [path = '', today = ''] = process.argv.slice(2)
// Where the server is gone, nobody waits for the answer.
process.send?.(open(path, today), undefined, {}, () => process.disconnect())
