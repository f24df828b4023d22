/*
 * Where a text stops being JSON. Engines say it each in their own words, and often not at all; this says it the same everywhere, and
 * is asked only once a text is known to be none.
 */

const blank = /[ \t\n\r]*/y
/** Numbers and names, and whatever somebody may have taken for one. */
const run = /[-+.\w]*/y
const whole = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/
/** The same as far as a text has it that ends in the middle. */
const begun = /^(?:-?(?:(?:0|[1-9]\d*)(?:\.\d*)?|(?:0|[1-9]\d*)(?:\.\d+)?[eE][+-]?\d*)?|t(?:ru?)?|f(?:a(?:ls?)?)?|n(?:ul?)?)$/

/** The end of the string that begins at a place, or what of it is at fault. */
function endOfString(text: string, from: number): { readonly end: number } | { readonly fault: number } {
  for (let at = from + 1; at < text.length; at++) {
    const letter = text[at] as string
    if (letter === '"') return { end: at + 1 }
    if (letter < ' ') return { fault: at }
    if (letter !== '\\') continue
    const escape = text[++at]
    if (escape === 'u') {
      for (let nth = 0; nth < 4; nth++) if (++at < text.length && !/[\da-fA-F]/.test(text[at] as string)) return { fault: at }
    } else if (escape !== undefined && !'"\\/bfnrt'.includes(escape)) return { fault: at }
  }
  return { fault: text.length }
}

/** What may come next. */
type Wanted = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma or end'

/** The place of the first letter that cannot be there; the text's length where all it lacks is the rest. */
export function brokenPlace(text: string): number {
  const open: ('{' | '[')[] = []
  let wanted: Wanted = 'value'
  let at = 0
  const length = (of: RegExp): number => {
    of.lastIndex = at
    return of.exec(text)?.[0].length ?? 0
  }
  for (;;) {
    at += length(blank)
    const letter = text[at]
    if (letter === undefined) return text.length
    if (wanted === 'colon') {
      if (letter !== ':') return at
      at++
      wanted = 'value'
    } else if ((letter === '}' || letter === ']') && wanted.endsWith('or end')) {
      if (open.pop() !== (letter === '}' ? '{' : '[')) return at
      at++
      wanted = 'comma or end'
    } else if (wanted === 'comma or end') {
      if (letter !== ',' || open.length === 0) return at
      at++
      wanted = open.at(-1) === '{' ? 'name' : 'value'
    } else if ((letter === '{' || letter === '[') && !wanted.startsWith('name')) {
      open.push(letter)
      at++
      wanted = letter === '{' ? 'name or end' : 'value or end'
    } else if (letter === '"') {
      const string = endOfString(text, at)
      if ('fault' in string) return string.fault
      at = string.end
      wanted = wanted.startsWith('name') ? 'colon' : 'comma or end'
    } else {
      if (wanted.startsWith('name')) return at
      const said = text.slice(at, at + length(run))
      if (at + said.length === text.length && begun.test(said)) return text.length
      if (!whole.test(said)) return at
      at += said.length
      wanted = 'comma or end'
    }
  }
}

/** Where a text stops being JSON, as the end of a sentence. */
export function brokenAt(text: string): string {
  const at = brokenPlace(text)
  if (at >= text.trimEnd().length) return 'it breaks off before its end'
  const before = text.slice(0, at).split('\n')
  return `it goes wrong in line ${before.length.toLocaleString('en')}, at letter ${((before.at(-1)?.length ?? 0) + 1).toLocaleString('en')}`
}
