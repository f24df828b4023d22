import { resolve } from 'node:path'

/** Where a file is that was named in the folder the command was given in: npm runs its scripts in the one above. */
export const pathOf = (path: string): string => resolve(process.env['npm_lifecycle_event'] === 'cli' ? (process.env['INIT_CWD'] ?? '') : '', path)
