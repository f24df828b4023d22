import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createQuiet, type Log } from '../server/ops/quiet-log.ts'

/* What happens a thousand times is a line a minute. */

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

function listening() {
  let at = 0
  const lines: unknown[][] = []
  const say = (level: string) => (details: object, message: string) => void lines.push([level, message, details])
  const log: Log = { info: say('info'), warn: say('warn'), error: say('error') }
  const pass = (ms: number) => {
    at += ms
    vi.advanceTimersByTime(ms)
  }
  return { log, lines, pass, quiet: createQuiet(() => at) }
}

test('[H27] the first is said at once, the next thousand as one line with their number and what was last', () => {
  const { log, lines, pass, quiet } = listening()
  for (let i = 0; i <= 1_000; i++) quiet(log, 'warn', 'It failed', { nth: i })
  expect(lines).toEqual([['warn', 'It failed', { nth: 0 }]])
  pass(59_999)
  expect(lines).toHaveLength(1)
  pass(1)
  expect(lines.slice(1)).toEqual([['warn', 'It failed', { nth: 1_000, times: 1_000 }]])
  pass(600_000)
  expect(lines).toHaveLength(2)
})

test('[H27] however often and however long something happens, there is at most one line a minute for each cause, and every time is counted', () => {
  const { log, lines, pass, quiet } = listening()
  for (let second = 0; second < 600; second++) {
    for (let i = 0; i < 7; i++) quiet(log, 'error', 'It failed')
    if (second % 90 === 0) quiet(log, 'info', 'Something else')
    pass(1_000)
  }
  pass(60_000)
  const of = (message: string) => lines.filter(([, said]) => said === message)
  expect(of('It failed').length).toBeLessThanOrEqual(11)
  expect(of('It failed').reduce((sum, [, , details]) => sum + ((details as { times?: number }).times ?? 1), 0)).toBe(4_200)
  expect(of('Something else')).toHaveLength(7)
})

test('[H27] at the end what is yet to be said is said, and messages without end share a line', () => {
  const { log, lines, pass, quiet } = listening()
  quiet(log, 'warn', 'It failed')
  quiet(log, 'warn', 'It failed', { cause: 'the same' })
  quiet.flush(log)
  quiet.flush(log)
  expect(lines).toEqual([['warn', 'It failed', {}], ['warn', 'It failed', { cause: 'the same', times: 1 }]])
  for (let i = 0; i < 10_000; i++) quiet(log, 'warn', `It failed for the ${i}th`)
  pass(60_000)
  expect(lines.length).toBeLessThan(210)
})
