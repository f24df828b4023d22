/** What a command ends with. Scripts rely on these: add them, never change them. */
export const exits = {
  done: { code: 0, means: 'It is done.' },
  content: { code: 1, means: 'What it was to work on cannot be used: no board file, no such board.' },
  usage: { code: 2, means: 'The command is not right: an unknown command, option, format or setting.' },
  store: { code: 3, means: 'The store cannot be used now: a server is at work in it, it is locked, damaged, missing or of another version.' },
  files: { code: 4, means: 'A file cannot be read or written.' },
} as const

export type Exit = keyof typeof exits

/** Why a command ends before it is done, as a sentence for whoever gave it. */
export class Failure extends Error {
  readonly exit: Exit

  constructor(exit: Exit, sentence: string, cause?: unknown) {
    super(sentence, { cause })
    this.exit = exit
  }
}
