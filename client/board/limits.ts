/**
 * The most records a page draws as a map; docs/performance.md has the figures this is from, and the command. A board that holds
 * more is told of in words, with the ways it can still be read and taken away.
 */
export const mostOnCanvas = 10_000

/** A map that is open goes on while its board grows beyond that, up to here: what comes then is counted. */
export const mostWhileOpen = mostOnCanvas * 1.25
