import { createHash, randomUUID } from 'node:crypto'
import { sentenceOf } from '../shared/sentence.ts'
import { printBoardFile } from '../shared/file-out.ts'
import type { Json } from '../shared/json.ts'
import { noTemplate, Problem, templateTooMuch } from './http/problems.ts'
import { opened, type Opened } from './opening.ts'
import { createCache } from './ops/cache.ts'
import { within } from './ops/within.ts'
import { createSharing } from './sharing.ts'
import type { Templates } from './storage/register.ts'
import type { TemplateJobs } from './template-jobs.ts'
import { startedOn, type Template } from './templates.ts'
import { isDamaged } from './storage/faults.ts'
import { type Begin, type Listed, TemplateError, unusable, wasDamaged } from './templating.ts'
import type { Asker } from './turns.ts'

/** What every visitor of the first page is sent, and a name for it by which they know whether they have it. */
export interface Shown {
  readonly json: Uint8Array
  readonly tag: string
}

/**
 * Every template of this server: those that ship with it, and those that facilitators saved. What is made of a saved one is made once:
 * by a process where it is large, and kept until the template changes.
 */
export interface Gallery {
  /** What ships with the server, in its order; then what was saved, newest first. What cannot be used says so. */
  list(): Promise<Shown>
  /** A template’s file as text, and its title. Throws where there is none, and a TemplateError for one that cannot be used. */
  file(id: string, asker: Asker): Promise<{ readonly title: string; readonly text: string | Uint8Array }>
  /** The first content of a board made from a template; nothing where there is none. Throws a TemplateError for one that cannot be used. */
  begin(id: string, begin: Begin, asker: Asker): Promise<Opened | undefined>
  isBuiltIn(id: string): boolean
  /** Must hear of every saved template that was added, changed or removed; of what it says of itself, where that is known. */
  changed(id: string, listed?: Listed): void
  /** Looks at all that was saved before the server started, one after another. */
  lookAtAll(): Promise<void>
}

/** How long visitors wait for templates that nobody has looked at since the start, and how often that is tried. */
const longestLookMs = 3_000
const againMs = 30_000
/** Bytes of beginnings that are kept, and of the largest template whose beginning is: what is kept is copied for every board. */
const mostKept = 32 * 2 ** 20
const largestKept = 3 * 2 ** 20

interface Needs {
  readonly builtIn: ReadonlyMap<string, Template>
  readonly saved: Pick<Templates, 'all' | 'about'>
  readonly jobs: TemplateJobs
  readonly clock: () => number
}

export function createGallery({ builtIn, saved, jobs, clock }: Needs): Gallery {
  /** What saved templates say of themselves, and which version of them that was; while it is being found out, nothing. */
  const known = new Map<string, { readonly listed: Listed; readonly json: string; readonly version: number }>()
  const beingSeen = new Map<string, { readonly done: Promise<void>; isStale: boolean }>()
  const beginnings = createCache<Opened>(mostKept)
  const sharing = createSharing<Opened>()
  let shown: (Shown & { readonly of: string }) | undefined
  let versions = 0
  /** Versions are counted from the start on. */
  const born = randomUUID()

  const learn = (id: string, listed: Listed): void => void known.set(id, { listed, json: JSON.stringify(listed), version: ++versions })
  const look = async (id: string): Promise<void> => {
    const listed = await jobs.describe(id).catch(unless(id))
    if (!beingSeen.get(id)?.isStale) learn(id, listed)
  }
  const see = (id: string): Promise<void> => {
    const seeing = beingSeen.get(id) ?? { done: look(id).finally(() => beingSeen.delete(id)), isStale: false }
    beingSeen.set(id, seeing)
    return seeing.done
  }
  /** One after another: however many there are, others get their turn in between. */
  const seeAll = async (): Promise<void> => {
    // What cannot be looked at just now is looked at later; whoever asked for the others is no worse for it.
    for (const id of await saved.all().catch(() => [])) if (!known.has(id)) await see(id).catch(() => undefined)
  }
  let all: { readonly done: Promise<void>; readonly patience: Promise<void>; readonly again: number } | undefined
  const seen = (): NonNullable<typeof all> => {
    if (all && clock() < all.again) return all
    const done = seeAll()
    return (all = { done, patience: within(longestLookMs, done), again: clock() + againMs })
  }

  const inOrder = [...builtIn.values()]
    .filter(({ place }) => place !== undefined)
    .sort((a, b) => (a.place ?? 0) - (b.place ?? 0))
    .map(({ place: _place, file: _file, ...each }) => JSON.stringify(each satisfies Listed))

  /** A saved template that can be used; nothing where there is none. */
  const usable = async (id: string): Promise<{ readonly listed: Listed; readonly version: number; readonly size: number } | undefined> => {
    const about = await saved.about(id)
    if (!about) return undefined
    if (!known.has(id)) await see(id)
    const template = known.get(id)
    if (template?.listed.problem !== undefined) throw new TemplateError(template.listed.problem)
    return template && { ...template, size: about.size }
  }

  const savedIds = async (): Promise<readonly string[] | undefined> => {
    try {
      return await saved.all()
    } catch (error) {
      // Which there are cannot be told; what ships with the server can still be chosen.
      if (isDamaged(error)) return undefined
      throw error
    }
  }

  return {
    async list() {
      const saying = await savedIds()
      const ids = saying ?? []
      if (ids.some(id => !known.has(id))) await seen().patience
      const of = saying ? `${versions} ${ids.join(' ')}` : 'damaged'
      if (shown?.of !== of) {
        const parts = [...inOrder, ...ids.flatMap(id => known.get(id)?.json ?? []), ...(saying ? [] : [wereDamaged])]
        shown = { of, json: Buffer.from(`[${parts.join(',')}]`), tag: `"${createHash('sha256').update(`${born} ${of}`).digest('base64url')}"` }
      }
      return shown
    },
    async file(id, asker) {
      const own = builtIn.get(id)
      if (own) return { title: own.title, text: printBoardFile(own.file as unknown as Record<string, Json>) }
      const template = await usable(id)
      if (!template) throw noTemplate()
      // As it is stored: it was checked when it was saved.
      return { title: template.listed.title, text: await jobs.text(id, asker) }
    },
    async begin(id, begin, asker) {
      const own = builtIn.get(id)?.file
      if (own) return opened(startedOn(own, begin.today), begin)
      const template = await usable(id)
      if (!template) return undefined
      if (template.size > largestKept) return jobs.begin(id, begin, asker)
      const key = JSON.stringify([id, template.version, begin.today, begin.title])
      const kept = beginnings.get(key)
      if (kept) return kept
      return sharing.share(key, asker, async theirs => {
        const start: Opened = { ...(await jobs.begin(id, begin, theirs)), isKept: true }
        beginnings.set(key, start, [start.content, ...start.pictures].reduce((sum, { length }) => sum + length, 0))
        return start
      })
    },
    isBuiltIn: id => builtIn.has(id),
    changed(id, listed) {
      const seeing = beingSeen.get(id)
      if (seeing) seeing.isStale = true
      known.delete(id)
      if (listed) learn(id, listed)
    },
    lookAtAll: () => seen().done,
  }
}

/** In place of all that was saved, where nobody can tell which there are. */
const wereDamaged = JSON.stringify(unusable('saved', 'The list of saved templates was damaged where the server keeps it. Choose one of the others, and tell whoever runs the server.', 'Saved templates'))

/** One that cannot be looked at stands in the gallery and says so, instead of being looked at again for every visitor. */
const unless = (id: string) => (error: unknown): Listed => {
  if (error instanceof TemplateError || isDamaged(error)) return unusable(id, error instanceof TemplateError ? error.message : wasDamaged)
  // There is none any more, or too many wait: that says nothing about it.
  if (error instanceof Problem && error.status !== 413) throw error
  return unusable(id, sentenceOf(error instanceof Problem ? error : templateTooMuch(error)))
}
