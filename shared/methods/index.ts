import { grid } from './grid.ts'
import type { Method } from './method.ts'
import { tension } from './tension.ts'
import { timeline } from './timeline.ts'
import { wheel } from './wheel.ts'

/** Every structure a board can hold, in the palette's order. Keys are stored in boards for ever: add them, never rename them. */
export const methods = { wheel, timeline, tension, grid } as const satisfies Record<string, Method>

export type MethodName = keyof typeof methods

export const isMethod = (name: unknown): name is MethodName => typeof name === 'string' && Object.hasOwn(methods, name)

export const methodOf = (name: MethodName): Method => methods[name]
