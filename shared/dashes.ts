/** Longer lines are drawn without their gaps: browsers work out every dash, seen or not, and that takes seconds where there are thousands. */
const longest = 10_000

export const dashesFor = (dashes: string | undefined, length: number): string | undefined => (length > longest ? undefined : dashes)
