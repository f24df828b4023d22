/** Where it stands that a board's copy on this device holds something unsent, for a page that cannot read it. */
export const waitsName = (board: string): string => `manyfutures:waits:${board}`
