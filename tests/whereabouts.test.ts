import { expect, test } from 'vitest'
import { sentenceFor } from '../client/panels/StateLine.tsx'
import { type Line, standingOf } from '../client/sync/standing.ts'
import { after, atFirst, type Happened, onlyHereOf, unsentOf, waitingOf, type Whereabouts } from '../client/sync/whereabouts.ts'
import { durable } from '../shared/protocol.ts'
import { random, runSeed } from './support/random.ts'
import { times } from './support/scale.ts'

/* What of mine is where. The truth is kept apart, as sets of changes that really lie somewhere, and everything that is said is held to it. */

/** A page, a device and a server, and what the page has heard of them. */
interface World {
  said: Whereabouts
  /** Changes by number that lie on the server's disk, and in each copy on the device. */
  readonly server: Set<number>
  copies: Map<number, Set<number>>
  /** Writes under way to the device, and questions to the server; answers may come late, never, or after it all changed. */
  readonly writes: { copy: number; changes: number[]; upTo: number }[]
  readonly questions: { question: number; changes: number[]; connection: number }[]
  connection: number
  nonce: number
  /** The newest copy, and whether it can be written to. */
  copy: number
  isOpen: boolean
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)
const hear = (world: World, event: Happened): void => void (world.said = after(world.said, event))

/** Everything that can happen, as often as it likes, in any order. */
const steps: Readonly<Record<string, (world: World, pick: (n: number) => number) => void>> = {
  edit: world => hear(world, { what: 'made' }),
  'ask the server': world => {
    const question = ++world.nonce
    world.questions.push({ question, changes: upTo(world.said.made), connection: world.connection })
    hear(world, { what: 'asked', question })
  },
  'the server answers': (world, pick) => {
    const [asked] = world.questions.splice(pick(world.questions.length || 1), 1)
    if (!asked) return
    // Over a connection that ended nothing comes any more, but for what a broken page might believe to hear.
    const state = [durable.committed, durable.committed, durable.waiting, durable.readOnly][pick(4)]!
    if (asked.connection === world.connection && state === durable.committed) for (const each of asked.changes) world.server.add(each)
    hear(world, { what: 'answered', question: asked.question, state })
  },
  'an answer to nobody': (world, pick) => hear(world, { what: 'answered', question: 10_000 + pick(50), state: durable.committed }),
  'the connection breaks': world => {
    world.connection++
    hear(world, { what: 'cut' })
  },
  'a copy opens': (world, pick) => {
    const isWiped = pick(2) === 0
    world.copy++
    world.isOpen = true
    world.copies = new Map([...world.copies, [world.copy, isWiped ? new Set<number>() : new Set(world.copies.get(world.copy - 1))]])
    hear(world, { what: 'copy opened', copy: world.copy })
  },
  'a write begins': world => {
    if (world.isOpen) world.writes.push({ copy: world.copy, changes: upTo(world.said.made), upTo: world.said.made })
  },
  'a write completes': (world, pick) => {
    const [write] = world.writes.splice(pick(world.writes.length || 1), 1)
    if (!write) return
    if (write.copy === world.copy && world.isOpen) for (const each of write.changes) world.copies.get(write.copy)?.add(each)
    hear(world, { what: 'stored', upTo: write.upTo, copy: write.copy })
  },
  'a write aborts': (world, pick) => {
    const [write] = world.writes.splice(pick(world.writes.length || 1), 1)
    if (!write || write.copy !== world.copy) return
    world.isOpen = false
    hear(world, { what: 'copy lost' })
  },
  'a write hangs': (world, pick) => hear(world, { what: 'late', change: 1 + pick(world.said.made + 1) }),
  'the copy is taken away': world => {
    if (!world.isOpen) return
    world.isOpen = false
    world.copies.get(world.copy)?.clear()
    hear(world, { what: 'copy lost' })
  },
  'another page left changes here': (world, pick) => {
    if (!world.isOpen) return
    const changes = 1 + pick(3)
    hear(world, { what: 'found', changes, copy: world.copy })
    // They lie there already: that is where they were found.
    for (let i = 0; i < changes; i++) world.copies.get(world.copy)?.add(world.said.made - i)
  },
}

const lineOf = (pick: (n: number) => number): Line => ({
  opened: pick(8) > 0,
  ended: pick(8) === 0 ? 'It is over.' : undefined,
  trouble: pick(6) === 0 ? 'The disk is full.' : undefined,
  synced: pick(2) === 0,
  away: pick(2) === 0,
  held: pick(5) === 0,
})

/** What is said that is not so. */
function lies({ said, server, copies, copy, isOpen }: World, line: Line): string[] {
  const here = isOpen ? (copies.get(copy) ?? new Set<number>()) : new Set<number>()
  const all = upTo(said.made)
  const onlyHere = all.filter(each => !server.has(each) && !here.has(each))
  const unsent = all.filter(each => !server.has(each))
  const standing = standingOf(said, line)
  const found: string[] = []
  if (standing.is === 'saved' && unsent.length) found.push(`says saved, and ${unsent.length} changes are not on the server`)
  if ('unsent' in standing && standing.kept && standing.unsent > unsent.length - onlyHere.length) found.push(`says that ${standing.unsent} are kept, and ${unsent.length - onlyHere.length} are`)
  if ('unsent' in standing && !standing.kept && standing.unsent < unsent.length) found.push(`tells of ${standing.unsent} changes, and ${unsent.length} wait`)
  if (onlyHereOf(said) === 0 && onlyHere.length) found.push('lets the page be closed without a question')
  if (onlyHereOf(said) < 0 || unsentOf(said) < 0 || waitingOf(said).unsent < 0) found.push('counts fewer than none')
  return found
}

test(`[Y60] over ${times(2_000)} stories of everything that can happen, never more is said than is on the server and on this device`, () => {
  for (let i = 0; i < times(2_000); i++) {
    const seed = runSeed + i
    const pick = random(seed)
    const world: World = { said: atFirst, server: new Set(), copies: new Map(), writes: [], questions: [], connection: 0, nonce: 0, copy: 0, isOpen: false }
    const told: string[] = []
    for (let step = 0; step < 60; step++) {
      const name = Object.keys(steps)[pick(Object.keys(steps).length)]!
      steps[name]!(world, pick)
      told.push(name)
      expect({ seed, told, lies: lies(world, lineOf(pick)) }).toEqual({ seed, told, lies: [] })
    }
  }
})

test('[Y60] what was done is told as far as it has come: made, kept, asked about, saved', () => {
  const line: Line = { opened: true, ended: undefined, trouble: undefined, synced: true, away: false, held: false }
  const away = { ...line, synced: false, away: true }
  let now = after(atFirst, { what: 'copy opened', copy: 1 })
  const hears = (...events: Happened[]) => void (now = events.reduce(after, now))
  const says = (on: Line) => sentenceFor(standingOf(now, on))
  hears({ what: 'stored', upTo: 0, copy: 1 })
  expect(says(line)).toBe('Saved')
  hears({ what: 'made' })
  expect([says(line), onlyHereOf(now)]).toEqual(['Saving', 1])
  hears({ what: 'stored', upTo: 1, copy: 1 })
  expect([says(away), onlyHereOf(now)]).toEqual(['Offline. Keep working; 1 change kept on this device will be sent.', 0])
  hears({ what: 'asked', question: 1 }, { what: 'made' }, { what: 'answered', question: 1, state: durable.committed })
  // The second one was made after the question: its answer says nothing of it.
  expect([says(line), unsentOf(now)]).toEqual(['Saving', 1])
  hears({ what: 'asked', question: 2 }, { what: 'answered', question: 2, state: durable.committed })
  expect(says(line)).toBe('Saved')
  // Something is still on its way from the map to the document.
  expect(says({ ...line, held: true })).toBe('Saving')
})

test('[Y61] a device that keeps nothing any more is told of, in every state, and again once it does', () => {
  const line: Line = { opened: true, ended: undefined, trouble: undefined, synced: true, away: false, held: false }
  const away = { ...line, synced: false, away: true }
  const kept = [{ what: 'copy opened', copy: 1 }, { what: 'made' }, { what: 'stored', upTo: 1, copy: 1 }] as const
  const says = (events: readonly Happened[], on: Line) => sentenceFor(standingOf(events.reduce(after, atFirst), on))
  expect(says([...kept, { what: 'copy lost' }], line)).toBe('Saving. Keep this page open.')
  expect(says([...kept, { what: 'copy lost' }], away)).toBe('Offline. Keep this page open; 1 change will be sent.')
  expect(says([...kept, { what: 'copy lost' }], { ...line, trouble: 'The disk is full.' })).toBe('The disk is full. Keep this page open; 1 change will be sent again.')
  expect(says([...kept, { what: 'copy lost' }], { ...line, ended: 'This link was closed.' })).toBe('This link was closed. 1 change is only in this page: copy what you need before you close it.')
  expect(says(kept, { ...line, ended: 'This link was closed.' })).toBe('This link was closed. 1 change is kept on this device.')
  expect(says([], line)).toMatch(/^Saved\. This device keeps no copy\.$/)
  // A copy that was opened again has shown nothing yet; what an older one stores is no news of it.
  expect(says([...kept, { what: 'copy lost' }, { what: 'copy opened', copy: 2 }, { what: 'stored', upTo: 1, copy: 1 }], away)).toMatch(/Keep this page open; 1 change/)
  expect(says([...kept, { what: 'copy lost' }, { what: 'copy opened', copy: 2 }, { what: 'stored', upTo: 1, copy: 2 }], away)).toMatch(/1 change kept on this device/)
  // What takes longer than a moment is not kept, whatever was kept before.
  expect(says([...kept, { what: 'made' }, { what: 'late', change: 2 }], away)).toBe('Offline. Keep this page open; 2 changes will be sent.')
})

test('[Y61] what lies unsent on a device that cannot be read is not called saved', () => {
  const line: Line = { opened: true, ended: undefined, trouble: undefined, synced: true, away: false, held: false }
  const says = (events: readonly Happened[], on: Line) => sentenceFor(standingOf(events.reduce(after, atFirst), on))
  expect(says([{ what: 'unread' }], line)).toMatch(/This device holds changes from before/)
  expect(says([{ what: 'unread' }, { what: 'copy opened', copy: 1 }], line)).toMatch(/This device holds changes from before/)
  expect(says([{ what: 'unread' }, { what: 'copy opened', copy: 1 }, { what: 'copy lost' }], line)).toMatch(/This device holds changes from before/)
  const read = [{ what: 'unread' }, { what: 'copy opened', copy: 1 }, { what: 'found', changes: 3, copy: 1 }, { what: 'stored', upTo: 3, copy: 1 }] as const
  expect([says(read, line), says(read, { ...line, synced: false, away: true })]).toEqual(['Saving', 'Offline. Keep working; 3 changes kept on this device will be sent.'])
})

test('[Y60] who may only watch by now is told that the server takes nothing, and not that it is being saved', () => {
  const events: Happened[] = [{ what: 'copy opened', copy: 1 }, { what: 'found', changes: 3, copy: 1 }, { what: 'stored', upTo: 3, copy: 1 }, { what: 'asked', question: 1 }, { what: 'answered', question: 1, state: durable.readOnly }]
  const standing = standingOf(events.reduce(after, atFirst), { opened: true, ended: undefined, trouble: undefined, synced: true, away: false, held: false })
  expect(standing).toMatchObject({ is: 'stuck', unsent: 3, kept: true, sentence: expect.stringMatching(/watching/) })
})
