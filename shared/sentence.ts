/** What an error says, for a person to read. Errors of ours are sentences already. */
export const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
