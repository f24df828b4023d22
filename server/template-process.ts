import { readFileSync } from 'node:fs'
import { type Answer, giveAnswer } from './answers.ts'
import { noTemplate, Problem } from './http/problems.ts'
import { openReader } from './storage/reading.ts'
import type { TemplateAnswer, TemplateJob } from './template-jobs.ts'
import { begun, describe, reworded, saved, TemplateError, wasDamaged, type Written } from './templating.ts'

/* Does the one thing with a saved template that this process was started for, by the folder of the store and what it reads. What is wrong with it is an answer, not a failure. */

const answerOf = ({ text, listed }: Written): Answer<TemplateAnswer> => ({ head: { listed }, parts: [text] })

async function work(dataDir: string, job: TemplateJob): Promise<Answer<TemplateAnswer>> {
  const store = openReader(dataDir)
  if (job.is === 'save') return answerOf(await saved(store, job.saving))
  const template = await store.templates.get(job.id)
  if (!template) throw noTemplate()
  const { file } = template
  if (file === undefined) throw new TemplateError(wasDamaged)
  switch (job.is) {
    case 'describe':
      return { head: { listed: describe(job.id, file) }, parts: [] }
    case 'text':
      return { head: {}, parts: [Buffer.from(file)] }
    case 'reword':
      return answerOf(reworded(job.id, file, job.said))
    case 'begin': {
      const { content, people, pictures } = begun(file, job.begin)
      return { head: { people }, parts: [content, ...pictures] }
    }
  }
}

try {
  giveAnswer(await work(process.argv[2] ?? '', JSON.parse(readFileSync(0, 'utf8')) as TemplateJob))
} catch (error) {
  const refused = error instanceof TemplateError ? new Problem(409, 'Template cannot be used', error.message) : error
  if (!(refused instanceof Problem)) throw error
  giveAnswer({ head: { refused: { status: refused.status, title: refused.title, detail: refused.message } }, parts: [] })
}
