import { afterEach, expect } from 'vitest'
import type { MadeBoard } from './server.ts'
import type { Stage } from './stage.ts'
import { joined, type Visitor } from './visitor.ts'

type Options = NonNullable<Parameters<typeof joined>[3]>

export interface Cast {
  /** Whoever is there; those a test adds itself leave with the others. */
  readonly people: Visitor[]
  /** Somebody joins a board, and stays until the test is through. */
  someone(board: MadeBoard, name: string, options?: Options): Promise<Visitor>
}

/**
 * The people of a file's tests: after each test they leave, and none of their pages may have complained or asked another host.
 *
 * @param expected complaints that are no fault, such as those of a connection that a test cuts.
 */
export function cast(on: Stage, expected?: RegExp): Cast {
  const people: Visitor[] = []
  afterEach(async () => {
    const { hostname } = new URL(on.server.url)
    const complaints = people.flatMap(each => each.complaints).filter(each => !expected?.test(each))
    const elsewhere = people.flatMap(each => each.requests).filter(url => !/^(blob|data):/.test(url) && new URL(url).hostname !== hostname)
    await Promise.all(people.splice(0).map(each => each.leave()))
    expect(complaints).toEqual([])
    expect(elsewhere).toEqual([])
  })
  return {
    people,
    async someone(board, name, options) {
      const person = await joined(on.browser, board, name, options)
      people.push(person)
      return person
    },
  }
}
