import type { z } from 'zod'

/** Where a stranger's data first goes wrong, and what was expected there: “at nodes[3].x: expected a number”. */
export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues
  const path = (issue?.path ?? []).map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? String(part) : `.${String(part)}`)).join('')
  return `at ${path || 'its top level'}: ${issue?.message ?? 'it cannot be read'}`
}
