/*
 * Text as Markdown that shows it as it is, whatever it holds: no heading, list, link, picture, code, formula, tag or HTML comes
 * of it, in CommonMark, in GitHub's dialect and in Obsidian's. A stroke before a letter is all that is added, so that taking the
 * strokes away gives the text back.
 */

/** What means something wherever it stands: letters, and the beginnings of addresses. */
const anywhere = /[\\`*_[\]<>&|~$#^%]|={2,}|(?:https?|ftp|mailto|xmpp):|\bwww\.|@(?=\w)/gi
/** What means something at the beginning of a line only: a list, a rule, a line under a heading. */
const atStart = /^(?:[-+=]|(\d{1,9})(?=[.)]))/

/** A stroke before each letter that means something; the last one, where it takes several to mean it. */
const stroked = (found: string): string => (found.startsWith('=') ? found.replaceAll('=', '\\=') : `${found.slice(0, -1)}\\${found.slice(-1)}`)

/** One line, without the blank space that would make code of it. */
function line(text: string): string {
  const words = text.replaceAll('\0', '\ufffd').trim()
  return words.replace(anywhere, stroked).replace(atStart, (found, figure: string | undefined) => (figure === undefined ? `\\${found}` : `${figure}\\`))
}

/** A text with its lines. */
export const markdown = (text: string): string => text.replace(/\r\n?/g, '\n').split('\n').map(line).join('\n')

/** A text in one line, for a list, a heading or the cell of a table. */
export const inline = (text: string): string => line(text.replace(/\s*[\r\n]+\s*/g, ' / ').replace(/\s+/g, ' '))

/** A web page's address, ready to be followed, with nothing in it that Markdown or HTML would take for its own. */
export const address = (url: string): string => url.replace(/[<>\\`*[\]|"^{}]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)

/** A table with its head. Cells are Markdown already. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
