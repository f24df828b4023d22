import type { Config } from '../../server/config.ts'

/** What a command was given. */
export interface Given {
  readonly positionals: readonly string[]
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly config: Config
  /** To stdout: what a script takes. Never ends with a word for people. */
  readonly print: (text: string | Uint8Array) => void
  /** To stderr: what people read. */
  readonly say: (sentence: string) => void
}

interface Option {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  /** What stands for its value in the help. */
  readonly value?: string
  readonly hint: string
}

export interface Command {
  /** What comes after its name: “<file|->”. */
  readonly takes: string
  /** Fewest and most things it takes. */
  readonly count: readonly [number, number]
  readonly hint: string
  readonly options: Readonly<Record<string, Option>>
  readonly run: (given: Given) => Promise<void>
}
