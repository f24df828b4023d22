import { atom, type Editor, InstancePresenceRecordType, react, type Signal, type TLEventInfo, type TLInstancePresence, type TLShapeId, type TLStore } from 'tldraw'
import type { Awareness } from 'y-protocols/awareness'
import { isId, type ParticipantId } from '../../shared/ids.ts'
import { isObject } from '../../shared/json.ts'
import { type Role, roles } from '../../shared/protocol.ts'
import { pageId, shapeIdOf, recordIdOf } from './codec.ts'

/** Somebody else who has the board open. The server says who it is; the rest is what they say of themselves. */
export interface PersonHere {
  readonly client: number
  readonly id: ParticipantId
  readonly name: string
  readonly sector: string
  readonly role: Role
  /** The card they are writing on. */
  readonly writing: string | undefined
}

/** What travels: where the pointer is, what is selected, what is being written on, and what part of the board is seen. */
interface Shared {
  readonly at?: readonly [x: number, y: number]
  readonly selected?: readonly string[]
  readonly writing?: string
  readonly sees?: readonly [x: number, y: number, z: number]
}

export interface Presence {
  readonly people: Signal<readonly PersonHere[]>
  /** Says which canvas this person is on, and when there is none any more. */
  attach(editor: Editor | undefined): void
  dispose(): void
}

/** Fast enough for a cursor to glide between two. */
const everyMs = 60
const mostSelected = 40

/** Shows this person to the others and the others on the canvas. `colour` gives a sector's colour in the present theme. */
export function sharePresence(store: TLStore, awareness: Awareness, colour: (sector: string) => string): Presence {
  const people = atom<readonly PersonHere[]>('people here', [])
  let stop = (): void => undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let next: Shared = {}

  const send = (): void => {
    timer = undefined
    awareness.setLocalState({ ...next })
  }

  /** Each person as last drawn, and the state they were drawn from. */
  const drawn = new Map<number, { state: object; person: PersonHere; record: TLInstancePresence }>()

  const show = (): void => {
    const put: TLInstancePresence[] = []
    const states = awareness.getStates()
    for (const [client, state] of states) {
      if (client === awareness.clientID || drawn.get(client)?.state === state) continue
      const person = readPerson(client, state)
      if (!person) continue
      const record = presenceOf(person, readShared(state), colour(person.sector))
      drawn.set(client, { state, person, record })
      put.push(record)
    }
    const gone = [...drawn].filter(([client]) => !states.has(client))
    for (const [client] of gone) drawn.delete(client)
    store.mergeRemoteChanges(() => {
      store.remove(gone.map(([, { record }]) => record.id))
      store.put(put)
    })
    people.set([...drawn.values()].map(({ person }) => person))
  }

  awareness.on('change', show)
  // Those who were here before: without them tldraw believes it is alone and never notes its own pointer.
  show()

  return {
    people,
    attach(editor) {
      stop()
      stop = () => undefined
      if (!editor) return
      // Before somebody points anywhere, tldraw takes the corner of the map for their pointer, and moves it along with the map, as
      // the work of a pointer that has a number below any real one.
      const points = atom('has pointed at the map', false)
      const pointed = (info: TLEventInfo) => {
        if (info.type === 'pointer' && info.pointerId >= 0) points.set(true)
      }
      editor.on('event', pointed)
      const stopSaying = react('what others see of me', () => {
        const { x, y } = editor.inputs.getCurrentPagePoint()
        const camera = editor.getCamera()
        const writing = editor.getEditingShapeId()
        next = {
          ...(!points.get() || editor.getInstanceState().isCoarsePointer ? {} : { at: [Math.round(x), Math.round(y)] }),
          selected: editor.getSelectedShapeIds().slice(0, mostSelected).map(recordIdOf),
          ...(writing && { writing: recordIdOf(writing) }),
          sees: [Math.round(camera.x), Math.round(camera.y), Math.round(camera.z * 1_000) / 1_000],
        }
        timer ??= setTimeout(send, everyMs)
      })
      stop = () => {
        stopSaying()
        editor.off('event', pointed)
      }
    },
    dispose() {
      stop()
      clearTimeout(timer)
      awareness.off('change', show)
    },
  }
}

function readPerson(client: number, state: Record<string, unknown>): PersonHere | undefined {
  const person = state['person']
  if (!isObject(person) || !isId(person['id'])) return undefined
  const { id, name, sector, role } = person
  const { writing } = readShared(state)
  return {
    client,
    id: id as string as ParticipantId,
    name: typeof name === 'string' ? name.slice(0, 60) : '',
    sector: typeof sector === 'string' ? sector.slice(0, 80) : '',
    role: roles.find(each => each === role) ?? 'participant',
    writing,
  }
}

function readShared(state: Record<string, unknown>): Shared {
  const numbers = (value: unknown, count: number) =>
    Array.isArray(value) && value.length === count && value.every(each => Number.isFinite(each) && Math.abs(each as number) <= 1e7) ? (value as number[]) : undefined
  const at = numbers(state['at'], 2)
  const sees = numbers(state['sees'], 3)
  const { selected, writing } = state
  return {
    ...(at && { at: at as [number, number] }),
    ...(sees && sees[2] !== undefined && sees[2] >= 0.01 && sees[2] <= 100 && { sees: sees as [number, number, number] }),
    selected: Array.isArray(selected) ? selected.slice(0, mostSelected).filter(isId) : [],
    ...(isId(writing) && { writing }),
  }
}

/** One person as tldraw draws them; the record's id is made here, never taken from the peer. */
function presenceOf(person: PersonHere, { at, selected = [], sees }: Shared, color: string): TLInstancePresence {
  return InstancePresenceRecordType.create({
    id: InstancePresenceRecordType.createId(String(person.client)),
    userId: `user:${person.id}-${person.client}` as TLInstancePresence['userId'],
    userName: person.name,
    color,
    currentPageId: pageId,
    cursor: at ? { x: at[0], y: at[1], type: 'default', rotation: 0 } : null,
    selectedShapeIds: selected.map(id => shapeIdOf(id)) as TLShapeId[],
    camera: sees ? { x: sees[0], y: sees[1], z: sees[2] } : null,
    screenBounds: sees ? { x: 0, y: 0, w: 1280, h: 800 } : null,
    lastActivityTimestamp: Date.now(),
    meta: { sector: person.sector },
  })
}
