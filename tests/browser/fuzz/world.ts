import { atom, b64Vecs, createTLStore, defaultBindingUtils, defaultShapeUtils, defaultTools, DocumentRecordType, Editor, PageRecordType, TLDOCUMENT_ID, tipTapDefaultExtensions, type TLShape, type TLShapeId } from 'tldraw'
import * as utils from '@tldraw/utils'
import * as Y from 'yjs'
import { createRecord, type Flat, readFlat, readMeta, recordsOf } from '../../../shared/board.ts'
import type { Json } from '../../../shared/json.ts'
import type { ParticipantId } from '../../../shared/ids.ts'
import { kinds } from '../../../shared/cards/index.ts'
import { watchMeaning } from '../../../client/canvas/behaviours.ts'
import { CardUtil } from '../../../client/canvas/card.tsx'
import { createModel } from '../../../client/canvas/model.ts'
import { RelationArrowUtil, RelationBindingUtil } from '../../../client/canvas/relation.tsx'
import { keepRings } from '../../../client/canvas/rings.ts'
import { structureUtils } from '../../../client/canvas/structure.tsx'
import { type Binding, bind } from '../../../client/sync/binding.ts'
import type { Clock } from '../../../client/sync/clock.ts'
import { encodeShape, pageId, recordIdOf } from '../../../client/sync/codec.ts'
import { schema } from '../../../client/sync/shapes.ts'
import { random } from '../../support/random.ts'

/*
 * Three people with real editors on one board, without a network: time, delivery and chance are by hand, so that a seed gives
 * the same story every time.
 */

/** One thing that happens: somebody does something, gets what was sent, or time passes. */
export interface Step {
  readonly who: number
  readonly what: string
  /** Seeds whatever the step has to choose. */
  readonly chance: number
}

export interface Outcome {
  /** Sentences about what does not hold; empty when all is well. */
  readonly wrong: readonly string[]
  readonly shapes: number
  readonly hidden: number
}

export const fail = ({ wrong }: Outcome): boolean => wrong.length > 0

const people = 3
const weights: Readonly<Record<string, number>> = {
  create: 4,
  move: 5,
  kind: 3,
  field: 2,
  write: 6,
  remove: 2,
  wheel: 2,
  removeWheel: 1.5,
  reparent: 5,
  relate: 3,
  retarget: 1,
  front: 1,
  duplicate: 1,
  group: 1,
  ungroup: 0.7,
  stroke: 1,
  undo: 3,
  redo: 1.5,
  mark: 2,
  pass: 3,
  meet: 6,
  meetAll: 1,
  away: 0.7,
}

/** A story of some length. */
export function steps(seed: number, length: number): Step[] {
  const pick = random(seed)
  const names = Object.keys(weights)
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0)
  return Array.from({ length }, () => {
    let at = (pick(1_000_000) / 1_000_000) * total
    const what = names.find(name => (at -= weights[name] ?? 0) < 0) ?? 'move'
    return { who: pick(people), what, chance: pick(2 ** 31) }
  })
}

interface Person {
  readonly doc: Y.Doc
  readonly editor: Editor
  readonly binding: Binding
  readonly time: Time
  away: boolean
}

interface Time extends Clock {
  pass(ms: number): void
}

function handTime(): Time {
  let now = 1_800_000_000_000
  let due: { at: number; run: () => void }[] = []
  return {
    now: () => now,
    later(run, ms) {
      const entry = { at: now + ms, run }
      due.push(entry)
      return () => (due = due.filter(each => each !== entry))
    },
    pass(ms) {
      const until = now + ms
      for (;;) {
        const next = due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        due = due.filter(each => each !== next)
        now = Math.max(now, next.at)
        next.run()
      }
      now = until
    },
  }
}

/** Replaces the page's chance with a seeded one: ids, order keys and client ids are then the same every time. */
function seedChance(seed: number): void {
  const pick = random(seed)
  Math.random = () => pick(2 ** 32) / 2 ** 32
  // tldraw makes its ids from a pool of chance that outlives a story.
  let made = 0
  const { mockUniqueId } = utils as unknown as { mockUniqueId(make: () => string): void }
  mockUniqueId(() => `made-${made++}`)
  crypto.getRandomValues = (array => {
    const bytes = new Uint8Array(array!.buffer, array!.byteOffset, array!.byteLength)
    for (let i = 0; i < bytes.length; i++) bytes[i] = pick(256)
    return array
  }) as typeof crypto.getRandomValues
}

const shapeUtils = [...defaultShapeUtils.filter(util => util.type !== 'arrow'), CardUtil, ...structureUtils, RelationArrowUtil]
const bindingUtils = [...defaultBindingUtils.filter(util => util.type !== 'arrow'), RelationBindingUtil]

function person(name: string, clientID: number, broken: string[], most?: number): Person {
  const doc = new Y.Doc()
  // Decides who wins where two wrote the same; Yjs would draw it before chance is seeded.
  doc.clientID = clientID
  const store = createTLStore({ schema })
  store.put([DocumentRecordType.create({ id: TLDOCUMENT_ID }), PageRecordType.create({ id: pageId, name: '', index: 'a1' as never })])
  const time = handTime()
  const binding = bind({ doc, store, me: name as ParticipantId, canWrite: () => true, clock: time, ...(most !== undefined && { most }), failed: error => broken.push(`${name}: a merge failed: ${error instanceof Error ? error.stack : String(error)}`) })
  const host = document.createElement('div')
  document.body.append(host)
  const editor = new Editor({
    store,
    shapeUtils,
    bindingUtils,
    tools: defaultTools,
    getContainer: () => host,
    initialState: 'select',
    options: { text: { tipTapConfig: { extensions: tipTapDefaultExtensions } } },
  })
  binding.attach(editor)
  const model = createModel(store, atom('meta', readMeta(doc)))
  watchMeaning(editor, model)
  keepRings(editor, model, () => undefined)
  return { doc, editor, binding, time, away: false }
}

/** How many shapes and how many hidden records one canvas has that draws at most ten: of thirty cards of a peer's, after the peer took eight away, and after eight were taken away here. */
export function crowd(): readonly (readonly [shapes: number, hidden: number])[] {
  const broken: string[] = []
  const ana = person('ana', 10, broken, 10)
  const peer = new Y.Doc()
  const seen: [number, number][] = []
  const look = () => {
    ana.time.pass(5_000)
    seen.push([ana.editor.getCurrentPageShapeIds().size, ana.binding.hidden.get()])
  }
  const bring = () => Y.applyUpdate(ana.doc, Y.encodeStateAsUpdate(peer))
  peer.transact(() => {
    for (let i = 0; i < 30; i++) createRecord(recordsOf(peer), `c${i}`, new Map<string, Json>([['type', 'card'], ['kind', 'note'], ['text', String(i)], ['place', ['', `a${(i + 10).toString(36)}V`, i * 10, 0, 0]]]))
  })
  bring()
  look()
  const here = () => ana.editor.getCurrentPageShapes().map(({ id }) => id)
  peer.transact(() => here().slice(0, 8).forEach(id => recordsOf(peer).delete(id.slice('shape:'.length))))
  bring()
  look()
  ana.editor.deleteShapes(here().slice(0, 8))
  ana.binding.flush()
  look()
  ana.binding.dispose()
  ana.editor.dispose()
  if (broken.length) throw new Error(broken.join('\n'))
  return seen
}

/** Plays a story from the beginning and says what does not hold at its end. */
export function run(seed: number, story: readonly Step[]): Outcome {
  const broken: string[] = []
  const all = ['ana', 'ben', 'cyd'].map((name, i) => person(name, 10 + ((seed + i * 7) % 3), broken))
  // Only now: the first editor of a page makes more of itself than the later ones do.
  seedChance(seed)
  try {
    for (const [i, step] of story.entries()) {
      try {
        play(all, step)
      } catch (error) {
        broken.push(`step ${i} (${step.who} ${step.what}) threw: ${error instanceof Error ? error.stack : String(error)}`)
      }
      if (broken.length) break
    }
    if (broken.length === 0) settle(all)
    return { wrong: [...broken, ...(broken.length ? [] : faults(all))], shapes: all[0]?.editor.getCurrentPageShapes().length ?? 0, hidden: all[0]?.binding.hidden.get() ?? 0 }
  } finally {
    for (const each of all) {
      each.binding.dispose()
      each.editor.dispose()
      each.editor.getContainer().remove()
    }
  }
}

/** Everybody comes back, hears everything, and has time to mend. */
function settle(all: readonly Person[]): void {
  for (const each of all) each.away = false
  for (let round = 0; round < 12; round++) {
    for (const each of all) each.time.pass(1_100)
    for (const a of all) for (const b of all) exchange(a, b)
    for (const each of all) each.binding.drain()
  }
}

function exchange(a: Person, b: Person): void {
  if (a === b || a.away || b.away) return
  a.binding.flush()
  Y.applyUpdate(b.doc, Y.encodeStateAsUpdate(a.doc, Y.encodeStateVector(b.doc)), 'peer')
}

const sorted = (entries: Iterable<readonly [string, unknown]>): string => JSON.stringify([...entries].sort(([a], [b]) => (a < b ? -1 : 1)), (_key, value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
)

function faults(all: readonly Person[]): string[] {
  const wrong: string[] = []
  const boards = all.map(({ doc }) => new Map([...recordsOf(doc).entries()].map(([id, record]) => [id, sorted(withoutFreeEnds(readFlat(record) ?? new Map()))])))
  const first = boards[0] as Map<string, string>
  for (const [i, board] of boards.entries()) {
    for (const id of new Set([...first.keys(), ...board.keys()])) if (first.get(id) !== board.get(id)) wrong.push(`boards 0 and ${i} differ in ${id}: ${first.get(id)} / ${board.get(id)}`)
  }
  for (const [i, { editor, binding }] of all.entries()) {
    const { store } = editor
    const shown = new Map<string, string>()
    for (const record of store.allRecords()) {
      if (record.typeName === 'binding' && (!store.has(record.fromId) || !store.has(record.toId))) wrong.push(`canvas ${i}: ${record.id} dangles`)
      if (record.typeName !== 'shape') continue
      if (record.parentId.startsWith('shape:') && !store.has(record.parentId)) wrong.push(`canvas ${i}: ${record.id} is inside ${record.parentId}, which is gone`)
      const ends = record.type === 'arrow' ? endsOf(editor, record.id) : {}
      shown.set(recordIdOf(record.id), sorted(encodeShape(record, ends)))
    }
    for (const [id, flat] of first) {
      const text = shown.get(id)
      if (text === undefined) {
        if (!binding.reasons.has(id) && !isOver(first, flat)) wrong.push(`canvas ${i} does not show ${id}: ${flat}`)
      } else if (text !== flat) wrong.push(`canvas ${i} shows ${id} as ${text}, the board says ${flat}`)
    }
    for (const id of shown.keys()) if (!first.has(id)) wrong.push(`canvas ${i} shows ${id}, which is not on the board`)
    if (binding.hidden.get() > 0) wrong.push(`canvas ${i} hides ${JSON.stringify([...binding.reasons])}`)
  }
  return wrong.slice(0, 8)
}

/** Where an arrow and its ends stood before somebody bound them says nothing any more; two people's edits can leave it behind. */
function withoutFreeEnds(flat: Flat): Iterable<readonly [string, unknown]> {
  const said = [...flat].filter(([name]) => !((name === 'p.start' && flat.has('from')) || (name === 'p.end' && flat.has('to'))))
  if (!flat.has('from') || !flat.has('to')) return said
  return said.map(([name, value]) => (name === 'place' && Array.isArray(value) ? [name, [value[0], value[1], 0, 0, 0]] : [name, value]))
}

/** A relation whose card is gone reads as absent: it stays in the board and is not drawn. */
function isOver(board: ReadonlyMap<string, string>, flat: string): boolean {
  const record = new Map(JSON.parse(flat) as [string, unknown][])
  const ends = [record.get('from'), record.get('to')].map(end => (Array.isArray(end) ? end[0] : end) as string | undefined)
  return record.get('type') === 'arrow' && ends.every(end => end !== undefined) && ends.some(end => !board.has(end as string))
}

function endsOf(editor: Editor, arrow: TLShapeId) {
  const ends = editor.getBindingsFromShape(arrow, 'arrow')
  const from = ends.find(end => end.props.terminal === 'start')
  const to = ends.find(end => end.props.terminal === 'end')
  return { ...(from && { from }), ...(to && { to }) }
}

function play(all: readonly Person[], { who, what, chance }: Step): void {
  const me = all[who] as Person
  const { editor } = me
  const pick = random(chance)
  const some = <T>(list: readonly T[]): T | undefined => list[pick(list.length || 1)]
  const of = (type: TLShape['type']) => editor.getCurrentPageShapes().filter(shape => shape.type === type)
  const cards = of('card')
  const card = some(cards)
  const act: Readonly<Record<string, () => void>> = {
    create: () => editor.createShape({ type: 'card', x: pick(900), y: pick(600), props: { kind: some(Object.keys(kinds)) ?? 'note', text: `t${pick(99)}`, w: 200, h: 88, fields: {} } }),
    move: () => card && editor.updateShape({ id: card.id, type: 'card', x: pick(9_000) / 10, y: pick(6_000) / 10 }),
    kind: () => card && editor.updateShape({ id: card.id, type: 'card', props: some([{ kind: some(Object.keys(kinds)) ?? 'note' }, { w: 150 + pick(200) }]) ?? {} }),
    field: () => card?.type === 'card' && editor.updateShape({ id: card.id, type: 'card', props: { fields: { ...card.props.fields, steep: [some(['social', 'economic', 'political']) ?? 'social'] } } }),
    write: () => {
      if (card?.type !== 'card') return
      const letters = [...card.props.text]
      const at = pick(letters.length + 1)
      const text = (pick(10) < 7 ? letters.toSpliced(at, 0, some(['a', 'bb', '😀', ' ']) ?? 'a') : letters.toSpliced(at, 2)).join('')
      editor.updateShape({ id: card.id, type: 'card', props: { text } })
    },
    remove: () => {
      const shape = some([...cards, ...of('arrow'), ...of('draw')])
      if (shape) editor.deleteShape(shape.id)
    },
    wheel: () => {
      if (of('wheel').length < 3) editor.createShape({ type: 'wheel', x: pick(900), y: pick(600), props: { w: 1_000, h: 800, fields: { rings: 3 } } })
    },
    removeWheel: () => {
      const wheel = some(of('wheel'))
      if (wheel) editor.deleteShape(wheel.id)
    },
    reparent: () => {
      const to = some([...of('wheel').map(shape => shape.id), editor.getCurrentPageId()])
      if (card && to) editor.reparentShapes([card.id], to)
    },
    relate: () => {
      const other = some(cards)
      if (!card || !other || card === other) return
      const id = `shape:r${pick(2 ** 31).toString(36)}` as TLShapeId
      editor.run(() => {
        editor.createShape({ id, type: 'arrow' })
        editor.createBindings([
          { fromId: id, toId: card.id, type: 'arrow', props: { terminal: 'start' } },
          { fromId: id, toId: other.id, type: 'arrow', props: { terminal: 'end' } },
        ])
      })
    },
    retarget: () => {
      const arrow = some(of('arrow'))
      const end = arrow && some(editor.getBindingsFromShape(arrow.id, 'arrow'))
      if (!end || !card) return
      if (pick(3) === 0) editor.deleteBinding(end)
      else editor.updateBinding({ ...end, toId: card.id })
    },
    front: () => card && editor.bringToFront([card.id]),
    duplicate: () => card && editor.duplicateShapes([card.id], { x: 20, y: 20 }),
    group: () => {
      const other = some(cards)
      if (card && other && card !== other) editor.groupShapes([card.id, other.id])
    },
    ungroup: () => {
      const group = some(of('group'))
      if (group) editor.ungroupShapes([group.id])
    },
    stroke: () => {
      const known = some(of('draw'))
      const points = Array.from({ length: 2 + pick(20) }, (_, i) => ({ x: i * 5, y: pick(40), z: 0.5 }))
      const props = { segments: [{ type: 'free' as const, path: b64Vecs.encodePoints(points) }], isComplete: pick(3) === 0 }
      if (known && pick(2)) editor.updateShape({ id: known.id, type: 'draw', props })
      else editor.createShape({ type: 'draw', x: pick(900), y: pick(600), props })
    },
    undo: () => editor.undo(),
    redo: () => editor.redo(),
    mark: () => editor.markHistoryStoppingPoint(),
    pass: () => me.time.pass(some([20, 60, 300, 1_100]) ?? 60),
    meet: () => {
      const other = some(all.filter(each => each !== me))
      if (other) exchange(me, other)
    },
    meetAll: () => {
      for (const a of all) for (const b of all) exchange(a, b)
    },
    away: () => {
      me.away = !me.away
    },
  }
  if (!['undo', 'redo', 'pass', 'meet', 'meetAll', 'away'].includes(what) && pick(3)) editor.markHistoryStoppingPoint()
  act[what]?.()
  editor.store._flushHistory()
}
