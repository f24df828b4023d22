import { beforeEach, expect, test, vi } from 'vitest'
import { reportOf } from '../client/ui/failure.ts'
import { NotLoaded } from '../client/ui/load.ts'

beforeEach(() => {
  vi.stubGlobal('document', { querySelectorAll: () => [{ getAttribute: () => '/assets/index-abc123.js' }] })
})

const said = 'Maria 12 und die Fusion'
const secret = 'q3vZ-8sKx_0pLmN4tRwYb7Ae2HcJdF6g'
const frames = ['    at drawn (https://boards.example.org/assets/BoardPage-C1s78aR.js:12:3456)', '    at https://boards.example.org/assets/index-abc123.js:1:2', '    at meet at home:12:30', `    at eval (https://boards.example.org/boards/kRt45Gh7kLmN#${secret}:1:1)`]

function thrown(message: string): Error {
  const error = new TypeError(message)
  error.stack = `TypeError: ${message}\n${frames.join('\n')}`
  return error
}

test.each([
  `Expected string, got "${said}"`,
  `At shape(type = card).props.text: Expected a number, got '${said}'`,
  `Unexpected token 'M', "${said} ... is not valid JSON`,
  `“${said}” could not be read`,
  `‘${said}’ and \`${said}\``,
  `Failed to fetch dynamically imported module: https://boards.example.org/boards/kRt45Gh7kLmN#${secret}`,
  `wss://boards.example.org/sync/kRt45Gh7kLmN closed`,
  `No record ${secret}`,
  `Two lines: "${said}\nmeet Maria at home:12:30"`,
])('[R82] a report says what was expected and where, and nothing of what stood there: %s', message => {
  const report = reportOf('Panel', thrown(message))
  for (const word of ['Maria', 'Fusion', secret, 'kRt45Gh7kLmN', 'example.org', '12:30']) expect(report).not.toContain(word)
  expect(report).toContain('/assets/BoardPage-C1s78aR.js:12:3456')
  expect(report).toContain('/assets/index-abc123.js:1:2')
  expect(report.split('\n')[0]).toBe('Manyfutures: Panel stopped')
})

test('[R82] a report of a part that did not come says which file; what is no error at all is reported too', () => {
  const missing = reportOf('Export', new NotLoaded(new TypeError('Failed to fetch dynamically imported module: https://boards.example.org/assets/ExportFor-DwDPePAv.js')))
  expect(missing).toContain('Manyfutures: Export could not be loaded')
  expect(missing).toContain('/assets/ExportFor-DwDPePAv.js')
  for (const odd of [undefined, null, 7, { toString: null }, Symbol('x'), '“Maria”']) expect(reportOf('Panel', odd)).not.toContain('Maria')
})
