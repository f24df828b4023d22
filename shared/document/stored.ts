/**
 * What boards store, and how much of it. The one list by which an update is taken up, a log is read and folded, a board is made and a
 * record is drawn: what stands in none of its lines is refused wherever it comes from.
 */

/** The documents of a board, and the names of what each holds at its top. `meta` and `records` are maps of values and of records, `rings` of numbers. */
export const roots = {
  canvas: ['meta', 'records'],
  session: ['rings'],
} as const

export type DocumentKind = keyof typeof roots

/** How Yjs numbers the contents that boards store (its first encoding, V1); others, such as documents in documents, embeds and formats, are never stored. */
export const contents = { garbage: 0, deleted: 1, letters: 4, shared: 7, values: 8, skip: 10 } as const

/** How Yjs numbers the shared types that boards store: a record is a map, its text a text. */
export const sharedType = { map: 1, text: 2 } as const

/** Levels of shared types inside one another. A board has a map of records, a record in it, and a text in that; one more is for the version after this. */
export const deepestType = 4

/**
 * Levels of lists and objects inside one value: more than anything people make, far fewer than what ends a program that walks them. A
 * board file puts a value four levels further down, and has to stay one that can be opened again.
 */
export const deepestValue = 34

/** Bytes of one value or one stretch of letters: twice of what the canvas draws of one record. */
export const mostValueBytes = 2 ** 20

/** Bytes of a name: of a record, or of a key in one. */
export const mostNameBytes = 512

/** A client id is a random number of 32 bits. */
export const highestClient = 2 ** 32 - 1

/** Changes by one client id: letters, values and what was deleted of them. More than anybody makes on one board in years of typing. */
export const mostClock = 2 ** 26

/** Changes one update may add under one client id: more than a year of typing, far less than what would take an id's numbers away from its owner. */
export const mostNewClocks = 4_000_000

/** Client ids on one board: every visit in which somebody writes takes one, and each change of the board looks at all of them. */
export const mostClients = 50_000

/** Records of one board, unless the host says otherwise. */
export const mostRecords = 100_000
