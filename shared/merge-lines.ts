/** For each line of a list: what stands before it in another version, and whether it is still there. The last entry is the end. */
interface Change {
  readonly added: string[]
  readonly kept: boolean
}

/** What became of the lines of `before` in `after`, by the longest order they share. */
function changesOf(before: readonly string[], after: readonly string[]): Change[] {
  const shared = Array.from({ length: before.length + 1 }, () => Array.from({ length: after.length + 1 }, () => 0))
  const at = (i: number, j: number): number => shared[i]?.[j] ?? 0
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) (shared[i] as number[])[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  }
  const changes: Change[] = []
  let j = 0
  for (let i = 0; i < before.length; i++) {
    const added: string[] = []
    while (j < after.length && before[i] !== after[j] && at(i, j + 1) >= at(i + 1, j)) added.push(after[j++] as string)
    const kept = j < after.length && before[i] === after[j]
    if (kept) j++
    changes.push({ added, kept })
  }
  changes.push({ added: after.slice(j), kept: true })
  return changes
}

/**
 * The edit `before → after` of a list, made to `current`, which may hold edits of others since `before`: what either side added is there,
 * what either side took away is gone, and a line that both reworded is there in both wordings.
 */
export function mergeLines(before: readonly string[], after: readonly string[], current: readonly string[]): string[] {
  const [mine, theirs] = [changesOf(before, after), changesOf(before, current)]
  return theirs.flatMap((change, i) => {
    const own = mine[i] as Change
    // The same thing added by both is one thing.
    const added = [...change.added, ...own.added.filter(line => !change.added.includes(line))]
    const line = before[i]
    return line !== undefined && change.kept && own.kept ? [...added, line] : added
  })
}
