/** How wide a piece of text is, in board units. */
export type WidthOf = (piece: string) => number

/** Text that may be broken anywhere: scripts written without spaces. */
const unspaced = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u9fff\uac00-\ud7af\uf900-\ufaff]/

/** The lines a text fills at a width, broken between words as a browser does, and inside a word only when it must. */
export function wrap(text: string, width: number, widthOf: WidthOf): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) wrapParagraph(paragraph, width, widthOf, lines)
  return lines
}

function wrapParagraph(paragraph: string, width: number, widthOf: WidthOf, lines: string[]): void {
  let line = ''
  let used = 0
  const space = widthOf(' ')
  const next = (): void => {
    lines.push(line)
    line = ''
    used = 0
  }
  for (const word of paragraph.split(/\s+/)) {
    let gapBefore = space
    for (const piece of piecesOf(word)) {
      const wide = widthOf(piece)
      const gap = used > 0 ? gapBefore : 0
      gapBefore = 0
      if (used + gap + wide <= width) {
        line += gap > 0 ? ` ${piece}` : piece
        used += gap + wide
      } else if (wide <= width) {
        next()
        line = piece
        used = wide
      } else {
        // Longer than a line: it is broken between letters.
        if (used > 0) next()
        for (const letter of piece) {
          const step = widthOf(letter)
          if (used + step > width) next()
          line += letter
          used += step
        }
      }
    }
  }
  lines.push(line)
}

/** Where a browser may break inside a word: after hyphens, and anywhere in unspaced scripts. */
function piecesOf(word: string): readonly string[] {
  if (unspaced.test(word)) return [...word]
  // Most words hold none, and all words of a board are asked.
  return /[-–—]/.test(word) ? (word.match(/[^-–—]+[-–—]*|[-–—]+/g) ?? [word]) : [word]
}

/** As many lines as may be, the last one ended with an ellipsis where there were more. */
export function shortened(lines: readonly string[], most: number, width: number, widthOf: WidthOf): string[] {
  if (lines.length <= most) return [...lines]
  let last = lines[most - 1] ?? ''
  while (last !== '' && widthOf(`${last}…`) > width) last = [...last].slice(0, -1).join('')
  return [...lines.slice(0, most - 1), `${last.trimEnd()}…`]
}
