/** One replacement inside a text: at `at`, `remove` UTF-16 units go and `insert` comes. */
export interface Splice {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff

/**
 * The smallest single replacement that turns `before` into `after`, never cutting a surrogate pair in half: half an emoji
 * becomes U+FFFD on the wire, and the copies would differ for ever. Where several fit (a letter typed among equal ones),
 * `caret` (UTF-16 units, in `after`) decides: the edit ends there.
 */
export function spliceBetween(before: string, after: string, caret = after.length): Splice {
  let end = 0
  const most = Math.min(before.length, after.length)
  const beyondCaret = Math.min(most, Math.max(0, after.length - caret))
  const sameAtEnd = (n: number) => before[before.length - 1 - n] === after[after.length - 1 - n]
  while (end < beyondCaret && sameAtEnd(end)) end++
  let start = 0
  while (start < most - end && before[start] === after[start]) start++
  while (end < most - start && sameAtEnd(end)) end++
  if (start > 0 && isHigh(before.charCodeAt(start - 1))) start--
  if (end > 0 && (isHigh(before.charCodeAt(before.length - end - 1)) || isHigh(after.charCodeAt(after.length - end - 1)))) end--
  return { at: start, remove: before.length - end - start, insert: after.slice(start, after.length - end) }
}

export const applySplice = (text: string, { at, remove, insert }: Splice): string => text.slice(0, at) + insert + text.slice(at + remove)

/**
 * The edit `before → after`, made to `current`, which may hold edits of others since `before`. Nothing others wrote is lost:
 * where both touched the same letters, mine go first, theirs stay, and what either side removed is gone.
 */
export function rebase(before: string, after: string, current: string): string {
  if (current === before) return after
  if (after === before) return current
  const mine = spliceBetween(before, after)
  const theirs = spliceBetween(before, current)
  if (mine.at >= theirs.at + theirs.remove) return applySplice(current, { ...mine, at: mine.at + theirs.insert.length - theirs.remove })
  if (mine.at + mine.remove <= theirs.at) return applySplice(current, mine)
  const at = Math.min(mine.at, theirs.at)
  return before.slice(0, at) + mine.insert + theirs.insert + before.slice(Math.max(mine.at + mine.remove, theirs.at + theirs.remove))
}

/** Where a caret stands after somebody else's edit. */
export function moveCaret(caret: number, { at, remove, insert }: Splice): number {
  if (caret <= at) return caret
  return caret >= at + remove ? caret + insert.length - remove : at
}
