import { key } from './board.ts'
import { isOpinionKey } from './views.ts'

/** Whether a value is put back as it was: not what people think, nor what holds a card in its place. */
export const isPutBack = (name: string): boolean => !isOpinionKey(name) && name !== key.locked && name !== key.edited
