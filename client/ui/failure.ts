import { NotLoaded } from './load.ts'

/**
 * What went wrong, to be sent to whoever runs the server: where in the program, never what is on the board. Words in quotation marks may
 * be people's, long words may be secrets; addresses keep nothing but the file.
 */
export function reportOf(part: string, error: unknown): string {
  const cause = error instanceof NotLoaded ? error.cause : error
  const { name, message, stack = '' } = cause instanceof Error ? cause : new Error(typeof cause === 'string' ? cause : 'Something that is no error was thrown')
  // A message of several lines stands in front: only what names a file of ours is a place.
  const places = stack.split('\n').filter(line => /^\s*at .*\/assets\/[\w.-]+:\d+:\d+\)?$|^[^\s@]*@.*\/assets\/[\w.-]+:\d+:\d+$/.test(line)).slice(0, 12)
  const lines = [
    `Manyfutures: ${part} ${error instanceof NotLoaded ? 'could not be loaded' : 'stopped'}`,
    `${name}: ${withoutWords(message).slice(0, 300)}`,
    ...places.map(line => `  ${withoutAddresses(line.trim())}`),
    `Page: ${[...document.querySelectorAll('script[type="module"][src]')].map(script => script.getAttribute('src')).join(' ')}`,
    `Browser: ${navigator.userAgent}`,
    `When: ${new Date().toISOString()}`,
  ]
  return `${lines.join('\n')}\n`
}

const withoutAddresses = (text: string): string => text.replace(/\b(?:https?|wss?|blob|file):[^\s)]*?(\/assets\/[\w.-]+(?::\d+)*|(?=[\s)]|$))/g, (_all, file: string) => file || '…')
const withoutWords = (text: string): string =>
  withoutAddresses(text)
    .replace(/“[^”]*”?|"[^"]*"?|‘[^’]*’?|`[^`]*`?|(?<!\w)'[^']*'?/g, '“…”')
    .replace(/(?<!\/assets\/)\b[\w-]{12,}\b(?!\.\w)/g, word => (/[\d_-]/.test(word) ? '…' : word))

/** Copies a text where the browser lets the page; resolves to whether it did. */
export const copied = (text: string): Promise<boolean> => (navigator.clipboard ? navigator.clipboard.writeText(text).then(() => true, () => false) : Promise.resolve(false))
