import { readFileSync } from 'node:fs'
import { type Answer, giveAnswer } from './answers.ts'
import { badRequest, Problem } from './http/problems.ts'
import { opened, readBoardFile, readBody } from './opening.ts'
import type { Said } from './openings.ts'

/** Opens the one board file this process was started for, by the path of a body and the day. What is wrong with it is an answer, not a failure. */
function open(path: string, today: string): Answer<Said> {
  try {
    const { title, file } = readBody(readFileSync(path))
    if (file === undefined) throw badRequest('There is no board file in what was sent.')
    const { content, people, pictures } = opened(readBoardFile(file), { title, today })
    return { head: { people }, parts: [content, ...pictures] }
  } catch (error) {
    if (error instanceof Problem) return { head: { refused: { status: error.status, title: error.title, detail: error.message } }, parts: [] }
    throw error
  }
}

const [path = '', today = ''] = process.argv.slice(2)
giveAnswer(open(path, today))
