/*
 * Texts that spreadsheets would run, and how they are kept from it. People open a table with whatever separator their system
 * prefers, so a text is looked at wherever a cell could begin: at its start, and after every separator and line end inside it.
 * Where a formula could begin there, an apostrophe goes before it. Where an apostrophe already stands before one it gets
 * another, so that taking one away at each such place gives the text back to the letter.
 */

const lineEnds = '\\r\\n\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029'
/** Where a cell could begin: at the text's start, after a separator, on a new line. */
const cellStart = `(?<=^|[,;|\\t${lineEnds}])`
/** What programs take away before they look at a cell: quotation marks, blanks, what nobody sees. */
const skipped = `["'\\x00-\\x08\\x0e-\\x1b\\x1f \\x7f\\xa0\\u1680\\u2000-\\u200f\\u202a-\\u202f\\u205f-\\u2064\\u3000\\ufeff]*`
const signs = '=+\\-@＝＋－＠﹦﹢﹣﹫'
/** At a text's start blank lines count as well: what is taken away there would bare what follows. */
const formula = `(?:${skipped}[${signs}\\t\\r]|(?<=^'?)${skipped}[${lineEnds}])`

const unguarded = new RegExp(`${cellStart}(?=${formula})`, 'g')
const guarded = new RegExp(`${cellStart}'(?=${formula})`, 'g')
const isNumber = /^-?\d+(\.\d+)?$/

/** A text as a cell that no program runs, whichever separator it reads the table with. */
export const defused = (text: string): string => (isNumber.test(text) ? text : text.replace(unguarded, "'"))

/** The text behind a cell. */
export const fused = (cell: string): string => cell.replace(guarded, '')

/** Whether a table's heads are those of a table we wrote: then its cells are to be read as the texts behind them. */
export const isOwnTable = (heads: readonly string[] = []): boolean => ['id', 'kind'].every(head => heads.includes(head)) && ['text', 'from text'].some(head => heads.includes(head))
