/** Throws when a condition the code relies on is false: a bug here, never a fault of the content. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

/** The value, or a thrown bug when it is missing. */
export function must<T>(value: T | null | undefined, message: string): T {
  if (value === undefined || value === null) throw new Error(message)
  return value
}

/** Ends a switch: TypeScript refuses to compile when a case was forgotten. */
export function unreachable(value: never): never {
  throw new Error(`Unexpected case: ${JSON.stringify(value)}`)
}
