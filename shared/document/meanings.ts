import { FORMAT } from '../board.ts'
import { isKnownSchema } from './drawing-versions.ts'

/**
 * Whether a page may set a value at the top of a document. What it says of versions decides for everybody whether they may change the
 * board: only versions that this program knows are taken from anybody.
 */
export function mayMean(root: string, name: string, valueOf: () => unknown): boolean {
  if (root !== 'meta') return true
  if (name === 'format') return valueOf() === FORMAT
  return name === 'schema' ? isKnownSchema(valueOf()) : true
}
