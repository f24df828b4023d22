import { longestText } from './board.ts'

/** A text in pieces a card can hold, broken between words where there are any, and never inside a character. */
export function portions(text: string, most = longestText): string[] {
  const pieces: string[] = []
  let rest = text
  while (rest.length > most) {
    const gap = Math.max(rest.lastIndexOf(' ', most), rest.lastIndexOf('\n', most))
    const isHigh = /[\ud800-\udbff]/.test(rest[most - 1] ?? '')
    const cut = gap > most / 2 ? gap : isHigh ? most - 1 : most
    pieces.push(rest.slice(0, cut).trimEnd())
    rest = rest.slice(cut).trimStart()
  }
  return [...pieces, rest].filter(piece => piece !== '')
}
