import { readFileSync } from 'node:fs'
import { type Answer, giveAnswer } from './answers.ts'
import { badRequest, Problem } from './http/problems.ts'
import { opened, readBoardFile, readBody } from './opening.ts'
import type { Said } from './openings.ts'

/** Opens the one board file this process was started for, by the path of a body, the day and the most records of a board. What is wrong with it is an answer, not a failure. */
function open(path: string, today: string, mostRecords: number): Answer<Said> {
  try {
    const { title, file } = readBody(readFileSync(path))
    if (file === undefined) throw badRequest('There is no board file in what was sent.')
    const { content, people, pictures } = opened(readBoardFile(file, mostRecords), { title, today })
    return { head: { people }, parts: [content, ...pictures] }
  } catch (error) {
    if (error instanceof Problem) return { head: { refused: { status: error.status, title: error.title, detail: error.message } }, parts: [] }
    throw error
  }
}

const [path = '', today = '', mostRecords = ''] = process.argv.slice(2)
giveAnswer(open(path, today, Number(mostRecords)))
