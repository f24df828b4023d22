import { docIdOf } from './documents.ts'
import type { Source } from './exporting.ts'
import { noTemplate, Problem, templateTooMuch, tooManyTemplates } from './http/problems.ts'
import type { Opened } from './opening.ts'
import { createProcesses } from './processes.ts'
import type { Assets, Templates } from './storage/register.ts'
import { type Begin, begun, describe, type Listed, reworded, saved, type Saving, TemplateError, wasDamaged, type Words, type Written } from './templating.ts'
import { anybody, type Asker } from './turns.ts'

/** What a process does with a template of the store, or makes one of. */
export type TemplateJob =
  | { readonly is: 'describe' | 'text'; readonly id: string }
  | { readonly is: 'begin'; readonly id: string; readonly begin: Begin }
  | { readonly is: 'reword'; readonly id: string; readonly said: Words }
  | { readonly is: 'save'; readonly saving: Saving }

/** What it says of it; texts and documents come after it, as bytes. */
export interface TemplateAnswer {
  readonly listed?: Listed
  readonly people?: Opened['people']
  readonly refused?: { readonly status: number; readonly title: string; readonly detail: string }
}

/**
 * What is done with saved templates: small ones where they are asked for, others one after another, each by a process of its own. Each
 * throws a sentence where there is no such template, and where it cannot be used or too many wait.
 */
export interface TemplateJobs {
  /** What the gallery shows; of one that cannot be used, why. */
  describe(id: string): Promise<Listed>
  /** The text of a template, as it is stored. */
  text(id: string, asker: Asker): Promise<string | Uint8Array>
  /** The first content of a board that is made from it. */
  begin(id: string, begin: Begin, asker: Asker): Promise<Opened>
  reword(id: string, said: Words, asker: Asker): Promise<Written>
  save(saving: Saving, asker: Asker): Promise<Written>
}

/** Bytes of a template, or of a board, that is dealt with where it is asked for: starting a process would take longer. */
const small = 24 * 2 ** 10
/** The same of one that only goes out as it is. */
const asItIs = 2 ** 20
/** Bytes that somebody who takes part counts for. */
const person = 100
/** MiB; several times what the largest workshop takes. */
const leastHeap = 512

interface Needs {
  readonly store: Source & { readonly templates: Pick<Templates, 'about' | 'get'>; readonly assets: Pick<Assets, 'get' | 'weigh'> }
  readonly dataDir: string
  /** Bytes of the largest file. */
  readonly most: number
  /** Hears of every process that is begun. */
  readonly started?: () => void
}

export function createTemplateJobs({ store, dataDir, most, started }: Needs): TemplateJobs {
  const processes = createProcesses({ entry: new URL('./template-process.ts', import.meta.url), heap: Math.max(leastHeap, Math.ceil((8 * most) / 2 ** 20)), full: tooManyTemplates, tooMuch: templateTooMuch, started })
  const beside = async (job: TemplateJob, asker: Asker): Promise<{ head: TemplateAnswer; parts: readonly Uint8Array[] }> => {
    const { head, parts } = await processes.ask<TemplateAnswer>([dataDir], asker, JSON.stringify(job))
    if (head.refused) throw new Problem(head.refused.status, head.refused.title, head.refused.detail)
    return { head, parts }
  }
  const writtenBeside = async (job: TemplateJob, asker: Asker): Promise<Written> => {
    const { head, parts } = await beside(job, asker)
    return { text: parts[0] as Uint8Array, listed: head.listed as Listed }
  }
  /** The text of a template that is no larger than this; nothing of a larger one. */
  const textOf = async (id: string, most = small): Promise<string | undefined> => {
    const about = await store.templates.about(id)
    const template = about && about.size <= most ? await store.templates.get(id) : undefined
    if (!about || (about.size <= most && !template)) throw noTemplate()
    if (template && template.file === undefined) throw new TemplateError(wasDamaged)
    return template?.file
  }
  const isSmall = async ({ board, only = [] }: Saving): Promise<boolean> => {
    const [bytes, people, pictures] = await Promise.all([store.log.weigh(docIdOf(board, 'canvas')), store.people.count(board), store.assets.weigh(board)])
    return bytes + person * people.all + 16 * only.length + pictures.board <= small
  }

  return {
    async describe(id) {
      const text = await textOf(id)
      return text === undefined ? ((await beside({ is: 'describe', id }, anybody)).head.listed as Listed) : describe(id, text)
    },
    text: async (id, asker) => (await textOf(id, asItIs)) ?? ((await beside({ is: 'text', id }, asker)).parts[0] as Uint8Array),
    async begin(id, begin, asker) {
      const text = await textOf(id)
      if (text !== undefined) return begun(text, begin)
      const { head, parts } = await beside({ is: 'begin', id, begin }, asker)
      const [content, ...pictures] = parts as [Uint8Array, ...Uint8Array[]]
      return { content, people: head.people ?? [], pictures }
    },
    async reword(id, said, asker) {
      const text = await textOf(id)
      return text === undefined ? writtenBeside({ is: 'reword', id, said }, asker) : reworded(id, text, said)
    },
    save: async (saving, asker) => ((await isSmall(saving)) ? saved(store, saving) : writtenBeside({ is: 'save', saving }, asker)),
  }
}
