/** What a board file calls itself. */
export const fileFormat = 'manyfutures/board'
export const fileVersion = 1
