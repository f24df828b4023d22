import { isDate, type PartialDate } from './dates.ts'
import type { Json } from './json.ts'

/**
 * Kinds of value a card or structure can carry. `read` is tolerant: what it cannot understand is absent, never an error,
 * because boards hold what peers and newer versions wrote.
 */
export type Field =
  | { readonly type: 'line'; readonly label: string; readonly max: number }
  | { readonly type: 'url'; readonly label: string }
  | { readonly type: 'date'; readonly label: string }
  | { readonly type: 'number'; readonly label: string; readonly min: number; readonly max: number }
  | { readonly type: 'choice'; readonly label: string; readonly options: Options }
  | { readonly type: 'choices'; readonly label: string; readonly options: Options }
  | { readonly type: 'lines'; readonly label: string; readonly max: number }

/** Stored name → what people read. Stored names live for ever. */
export type Options = Readonly<Record<string, string>>
export type Fields = Readonly<Record<string, Field>>

/** The values a table of fields describes; every one may be missing. */
export type ValueOf<F extends Field> = F extends { type: 'choices' | 'lines' } ? readonly string[] : F extends { type: 'number' } ? number : string
export type ValuesOf<F extends Fields> = { readonly [K in keyof F]?: ValueOf<F[K]> }

export const line = (label: string, max = 200) => ({ type: 'line', label, max }) as const
export const url = (label: string) => ({ type: 'url', label }) as const
export const date = (label: string) => ({ type: 'date', label }) as const
export const number = (label: string, min: number, max: number) => ({ type: 'number', label, min, max }) as const
export const choice = <O extends Options>(label: string, options: O) => ({ type: 'choice', label, options }) as const
export const choices = <O extends Options>(label: string, options: O) => ({ type: 'choices', label, options }) as const
export const lines = (label: string, max = 40) => ({ type: 'lines', label, max }) as const

/** Social, technological, economic, environmental, political. */
export const steep = { social: 'Social', technological: 'Technological', economic: 'Economic', environmental: 'Environmental', political: 'Political' } as const

const maxLine = 200

/** The field's value when the stored one makes sense, else nothing. */
export function readField(field: Field, value: Json | undefined): Json | undefined {
  switch (field.type) {
    case 'line':
      return typeof value === 'string' && value.length <= field.max ? value : undefined
    case 'url':
      return isWebAddress(value) ? value : undefined
    case 'date':
      return isDate(value) ? value : undefined
    case 'number':
      return typeof value === 'number' && Number.isInteger(value) && value >= field.min && value <= field.max ? value : undefined
    case 'choice':
      return typeof value === 'string' && Object.hasOwn(field.options, value) ? value : undefined
    case 'choices': {
      if (!Array.isArray(value)) return undefined
      const known = Object.keys(field.options).filter(option => value.includes(option))
      return known.length ? known : undefined
    }
    case 'lines':
      return Array.isArray(value) && value.length <= field.max && value.every(v => typeof v === 'string' && v.length <= maxLine) ? value : undefined
  }
}

/** What a person typed, made into a value of the field; nothing when it is empty or cannot be one. */
export function parseField(field: Field, typed: string): Json | undefined {
  const text = typed.trim().toWellFormed()
  if (text === '') return undefined
  switch (field.type) {
    case 'line':
      return text.slice(0, field.max).toWellFormed()
    case 'url':
      return readField(field, /^https?:\/\//i.test(text) ? text : `https://${text}`)
    case 'date':
      return readField(field, text)
    case 'number':
      return readField(field, Number(text))
    case 'choice':
      return readField(field, text)
    case 'choices':
      return readField(field, text.split(',').map(part => part.trim()))
    case 'lines':
      return readField(field, text.split('\n').map(part => part.trim().slice(0, maxLine)))
  }
}

/** A value as people read it. */
export function printField(field: Field, value: Json | undefined): string {
  const known = readField(field, value)
  if (known === undefined) return ''
  switch (field.type) {
    case 'choice':
      return field.options[String(known)] ?? ''
    case 'choices':
      return (known as readonly string[]).map(option => field.options[option]).join(', ')
    case 'lines':
      return (known as readonly string[]).join('\n')
    default:
      return String(known)
  }
}

/** Only web pages: a `javascript:` address on a shared board would run in every reader's browser. */
function isWebAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 2_000 && /^https?:\/\/[^\s]+$/i.test(value) && URL.canParse(value)
}

export type { PartialDate }
