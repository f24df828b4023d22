import { expect, test } from 'vitest'
import { runSeed } from '../support/random.ts'
import { patience, times } from '../support/scale.ts'
import { stage } from '../support/stage.ts'
import { type FaultName, faultNames, tell } from './faults/story.ts'

/* What a page says of somebody's work, while everything around it goes wrong. */

const on = stage({ TICKET_SECONDS: '6' })

/** Those that a usual run begins with; all others have their turn in a longer one, and come up in every story. */
const leading: readonly FaultName[] = ['the database is deleted by another tab', 'storage is full', 'site data is blocked', 'the clock is forty days slow', 'too many requests when the ticket is over', 'the connection is half open']
const order = [...leading, ...faultNames.filter(name => !leading.includes(name))]
const stories = times(leading.length / 2)
const steps = 9

test(`[Y65] over ${stories} stories nothing is said that is not so, and nothing that was called saved or kept is lost`, { timeout: patience(280_000) }, async () => {
  const said: string[] = []
  for (let i = 0; i < stories; i++) {
    const seed = runSeed + i
    const first = order[i % order.length]!
    const { wrong, told } = await tell(on.browser, on.server.url, seed, first, steps)
    if (wrong.length) said.push(`${first} (seed ${seed}): ${wrong.join('; ')}\n    ${told.join(', ')}`)
  }
  expect(said.join('\n')).toBe('')
})
