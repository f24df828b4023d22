import type { Flat } from './board.ts'
import { isId, type ParticipantId } from './ids.ts'
import { isObject, type Json } from './json.ts'

/*
 * What one person thinks of something. Each view is a key of its own, `<view>.<participant>`, on the record it is about: two
 * people never overwrite one another, and what somebody thinks can be taken back without a trace on what others think.
 */

export interface View {
  readonly label: string
  /** Whole numbers from `min` to `max`; a view without them is a text. */
  readonly min?: number
  readonly max?: number
  /** What the ends mean, in words. */
  readonly ends?: readonly [low: string, high: string]
}

/** Every kind of view. Keys are stored in boards for ever: add them, never rename them. */
export const views = {
  valence: { label: 'How good or bad would this be?', min: -3, max: 3, ends: ['undesirable', 'desirable'] },
  likelihood: { label: 'How likely is it?', min: 1, max: 5, ends: ['unlikely', 'certain'] },
  marker: { label: 'Where do you stand?', min: -100, max: 100 },
  reason: { label: 'Why there?' },
} as const satisfies Record<string, View>

export type ViewName = keyof typeof views
/** Views that are numbers on a scale. */
export type ScaleName = 'valence' | 'likelihood' | 'marker'
export type Scale = View & { readonly min: number; readonly max: number }

export const scaleOf = (name: ScaleName): Scale => views[name]

/** Longest reason, in UTF-16 units. */
export const longestReason = 500

export type Numbers = ReadonlyMap<ParticipantId, number>

/** What everybody thinks of one record. */
export interface Views {
  readonly valence: Numbers
  readonly likelihood: Numbers
  readonly marker: Numbers
  readonly reason: ReadonlyMap<ParticipantId, string>
}

/** Of how many people one view of one record is read: more than any workshop has. Of more, those with the first ids, for all readers alike. */
export const mostPeople = 2_000

const nobody = new Map<ParticipantId, never>()
export const noViews: Views = { valence: nobody, likelihood: nobody, marker: nobody, reason: nobody }

export const viewKey = (view: ViewName, who: ParticipantId): string => `${view}.${who}`

/** The view and the person a stored key names; nothing for any other key. */
export function readViewKey(stored: string): readonly [ViewName, ParticipantId] | undefined {
  const dot = stored.indexOf('.')
  // Most keys are none, and all keys of a board are asked.
  if (dot < 1) return undefined
  const view = stored.slice(0, dot)
  const who = stored.slice(dot + 1)
  return Object.hasOwn(views, view) && isId(who) ? [view as ViewName, who as string as ParticipantId] : undefined
}

/** Views of a record that only a newer version knows, which are kept together. */
export const laterViews = (value: Json | undefined): Record<string, Json> | undefined => (isObject(value) && !Object.keys(value).some(view => Object.hasOwn(views, view)) ? value : undefined)

/** The view's value when the stored one makes sense, else nothing. */
export function readView(view: ViewName, value: Json | undefined): number | string | undefined {
  if (view === 'reason') return typeof value === 'string' && value.length > 0 && value.length <= longestReason ? value : undefined
  const { min, max } = views[view]
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined
}

export function readViews(flat: Flat): Views {
  let found: Record<ViewName, Map<ParticipantId, number | string>> | undefined
  for (const [stored, json] of flat) {
    const key = readViewKey(stored)
    const value = key && readView(key[0], json)
    if (!key || value === undefined) continue
    found ??= { valence: new Map(), likelihood: new Map(), marker: new Map(), reason: new Map() }
    found[key[0]].set(key[1], value)
  }
  if (found) for (const name of Object.keys(found) as ViewName[]) if (found[name].size > mostPeople) found[name] = new Map([...found[name]].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, mostPeople))
  return (found as unknown as Views | undefined) ?? noViews
}

/** Findings that somebody looked at and meant: `meant.<check>` on the record they are about. */
export const meantKey = (check: string): string => `meant.${check}`

export function readMeant(flat: Flat): ReadonlySet<string> {
  let meant: Set<string> | undefined
  for (const [stored, value] of flat) if (value === true && stored.startsWith('meant.')) (meant ??= new Set()).add(stored.slice('meant.'.length))
  return meant ?? nothingMeant
}

const nothingMeant: ReadonlySet<string> = new Set()

/** Whether a stored key holds a view or a note on a finding: kept beside a record's fields, and never copied with it. */
export const isOpinionKey = (stored: string): boolean => readViewKey(stored) !== undefined || /^meant\.[\w-]{1,64}$/.test(stored)
