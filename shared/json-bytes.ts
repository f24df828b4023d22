import { brokenAt } from './broken-json.ts'
import { parseJson, weighJson } from './json.ts'

/* From the bytes of a stranger's file to the data in it, without giving them more memory than a board can take. */

/** Most values in one file, and deepest nesting: beyond these no board goes, and a small file could ask for all memory. */
const mostValues = 3_000_000
const mostDepth = 64

/** Why bytes are not the JSON of a board, as a sentence for whoever sent them. */
export class JsonError extends Error {
  /** Whether it may well be JSON, and is more than is looked at. */
  readonly isTooMuch: boolean

  constructor(sentence: string, { cause, isTooMuch = false }: { cause?: unknown; isTooMuch?: boolean } = {}) {
    super(sentence, { cause })
    this.isTooMuch = isTooMuch
  }
}

/** Refuses bytes that ask for more than a board can take; throws a JsonError. */
export function weigh(bytes: Uint8Array, name: string): void {
  const { values, depth } = weighJson(bytes)
  if (depth > mostDepth) throw new JsonError(`${name} is nested ${depth.toLocaleString('en')} deep; a board file at most ${mostDepth}.`)
  if (values > mostValues) throw new JsonError(`${name} holds ${values.toLocaleString('en')} values; a board file at most ${mostValues.toLocaleString('en')}. Use a smaller board.`, { isTooMuch: true })
}

/** The data behind bytes; throws a JsonError. `name` is how people call them: “board.json”, What was sent. */
export function jsonIn(bytes: Uint8Array, name: string): unknown {
  weigh(bytes, name)
  const text = textIn(bytes, name)
  try {
    return parseJson(text)
  } catch (cause) {
    throw new JsonError(`${name} is not a board file: it should be JSON, and ${brokenAt(text)}.`, { cause })
  }
}

/** The text behind bytes, which have to be UTF-8. */
function textIn(bytes: Uint8Array, name: string): string {
  const isMarked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  if (isMarked) throw new JsonError(`${name} is written in UTF-16; a board file is UTF-8. Save it again as UTF-8.`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const line = new TextDecoder().decode(bytes).split('\ufffd', 1)[0]?.split('\n').length ?? 1
    throw new JsonError(`${name} is not written in UTF-8: line ${line.toLocaleString('en')} holds letters of another encoding. Save it again as UTF-8.`, { cause })
  }
}
