import { monotonic } from './clock.ts'

/** As much of a logger as is needed here. */
export interface Log {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}
export type Level = keyof Log

/** Says what happens a thousand times as one line a minute, with a count; the first time is said at once. */
export interface Quiet {
  /** `message` is what is counted by: one of our own constant texts, which holds nothing of anybody. `details` are the latest ones. */
  (log: Log, level: Level, message: string, details?: object): void
  /** Says at once what is yet to be said: before the server ends. */
  flush(log: Log): void
}

interface Line {
  readonly level: Level
  /** When it was written last. */
  at: number
  /** How often it happened since. */
  times: number
  details: object
  timer: NodeJS.Timeout | undefined
}

const everyMs = 60_000
/** More messages than these are a mistake of ours; they share one line. */
const mostMessages = 200
const others = 'More went wrong than is told apart here'

export function createQuiet(clock: () => number = monotonic): Quiet {
  const logs = new WeakMap<Log, Map<string, Line>>()

  const write = (log: Log, message: string, line: Line): void => {
    clearTimeout(line.timer)
    line.timer = undefined
    if (line.times === 0) return
    log[line.level]({ ...line.details, times: line.times }, message)
    line.at = clock()
    line.times = 0
  }

  const quiet = (log: Log, level: Level, given: string, details: object = {}): void => {
    const lines = logs.get(log) ?? new Map<string, Line>()
    logs.set(log, lines)
    const message = lines.has(given) || lines.size < mostMessages ? given : others
    const line = lines.get(message)
    if (!line) {
      lines.set(message, { level, at: clock(), times: 0, details, timer: undefined })
      log[level](details, message)
      return
    }
    line.times++
    line.details = details
    const rest = everyMs - (clock() - line.at)
    if (rest <= 0) write(log, message, line)
    // The last of them are told of as well, though nothing more happens.
    else line.timer ??= setTimeout(() => write(log, message, line), rest).unref()
  }

  return Object.assign(quiet, {
    flush(log: Log) {
      for (const [message, line] of logs.get(log) ?? []) write(log, message, line)
    },
  })
}

/** The one the server uses. */
export const quiet: Quiet = createQuiet()
