import { atom, computed, createTLStore, DocumentRecordType, type Editor, PageRecordType, type Signal, TLDOCUMENT_ID, type TLTheme } from 'tldraw'
import type { Doc } from 'yjs'
import { must } from '../../shared/assert.ts'
import { type Meta, metaMapOf, readMeta, recordsOf } from '../../shared/board.ts'
import type { ParticipantId } from '../../shared/ids.ts'
import { spreadOf } from '../../shared/spread.ts'
import { scaleOf } from '../../shared/views.ts'
import { api, type Admission, type PersonName, type ServerConfig } from '../api.ts'
import type { Membership } from '../memory.ts'
import { type Binding, bind } from '../sync/binding.ts'
import { pageId } from '../sync/codec.ts'
import { type PersonHere, type Presence, sharePresence } from '../sync/presence.ts'
import { ageOf, migrate, signSchema } from '../sync/schema.ts'
import { type Opening, openSession, type Session } from '../sync/session.ts'
import { askBeforeClosing } from './ask-before-closing.ts'
import type { Standing } from '../sync/standing.ts'
import { schema } from '../sync/shapes.ts'
import type { BoardOnCanvas } from '../canvas/Canvas.tsx'
import { type Commands, createCommands } from '../canvas/commands.ts'
import { createInside, type Inside } from '../canvas/inside.ts'
import { noLights } from '../canvas/Lights.tsx'
import { say } from '../canvas/say.ts'
import { createModel } from '../canvas/model.ts'
import { createOpinions, type Opinions } from '../canvas/opinions.ts'
import { createWriting } from '../canvas/writing.ts'
import { sectorColour } from '../ui/Mark.tsx'
import { mostOnCanvas, mostWhileOpen } from './limits.ts'
import { assetStoreOf, picturesOf } from './pictures.ts'

/** A board that somebody is on: its document and the people there. */
export interface BoardHere {
  readonly membership: Membership
  readonly session: Session
  readonly standing: Signal<Standing>
  readonly people: Signal<readonly PersonHere[]>
  readonly meta: Signal<Meta>
  /** How many records it holds, a moment late. */
  readonly size: Signal<number>
  /** Writes what was done here and waits to be written. */
  flush(): void
  close(): Promise<void>
}

/** A board that is open here: its canvas and its document, joined together. */
export interface OpenBoard extends BoardHere, BoardOnCanvas {
  readonly people: Signal<readonly PersonHere[]>
  readonly binding: Binding
  readonly presence: Presence
  /** Why nothing can be changed here although the link would allow it; nothing while it can. */
  readonly readOnlyBecause: Signal<string | undefined>
  /** The canvas, while there is one. */
  editor(): Editor | undefined
  /** Tells whoever looks at the board something, for a few seconds. */
  say(sentence: string): void
}

/** Whether a board has a map here, or is too large for one. */
export const hasMap = (board: BoardHere): board is OpenBoard => 'binding' in board

/** How long changes of a board's size are gathered, in milliseconds: counting goes through all of it. */
const countEvery = 1_000

function sizeOf(doc: Doc): { readonly size: Signal<number>; stop(): void } {
  const size = atom('how many records there are', recordsOf(doc).size)
  let waiting: ReturnType<typeof setTimeout> | undefined
  const count = () => {
    waiting ??= setTimeout(() => {
      waiting = undefined
      size.set(recordsOf(doc).size)
    }, countEvery)
  }
  doc.on('update', count)
  return {
    size,
    stop() {
      doc.off('update', count)
      clearTimeout(waiting)
    },
  }
}

export async function openBoard(membership: Membership, admission: Admission | undefined, themes: { default: TLTheme }, opening: Opening, config: Promise<ServerConfig>): Promise<OpenBoard | BoardHere> {
  const session = openSession(membership, admission, opening)
  const { doc, provider } = session
  await session.ready.catch(async (error: unknown) => {
    await session.close()
    throw error
  })

  const meta = atom<Meta>('what the board says of itself', readMeta(doc))
  const { size, stop: stopCounting } = sizeOf(doc)
  const isLarge = size.get() > mostOnCanvas
  const age = atom('age of the board', 'same' as ReturnType<typeof ageOf>)
  const mode = computed<'readonly' | 'readwrite'>('mode', () => (canWrite.get() ? 'readwrite' : 'readonly'))
  const readOnlyBecause = computed('why nothing can be changed', () => {
    const standing = session.standing.get()
    if (standing.is === 'ended') return standing.sentence
    if (age.get() === 'newer') return 'This board was changed with a newer version of Manyfutures. Reload the page to change it too.'
    return membership.role === 'observer' ? 'You are watching this board.' : undefined
  })
  const canWrite: Signal<boolean> = computed('may change the board', () => readOnlyBecause.get() === undefined)

  const pictures = picturesOf(membership.board, session, readOnlyBecause)
  const store = createTLStore({
    schema,
    assets: assetStoreOf(pictures),
    themes,
    collaboration: { status: computed('online', () => (session.standing.get().is === 'offline' ? 'offline' : 'online')), mode },
  })
  store.put([DocumentRecordType.create({ id: TLDOCUMENT_ID }), PageRecordType.create({ id: pageId, name: '', index: 'a1' as never })])

  const look = () => {
    meta.set(readMeta(doc))
    if (!isLarge) age.set(ageOf(doc, store))
  }
  metaMapOf(doc).observe(look)
  look()
  const sectorOf = (sector: string) => meta.get().sectors.indexOf(sector)
  const presence = sharePresence(store, provider.awareness, sector => cssColour(sectorColour(sectorOf(sector))))
  const here: BoardHere = {
    membership,
    session,
    standing: session.standing,
    people: presence.people,
    meta,
    size,
    flush: () => undefined,
    async close() {
      stopCounting()
      presence.dispose()
      await session.close()
    },
  }
  if (isLarge) return here

  if (age.get() === 'older' && canWrite.get()) migrate(doc, store)
  look()

  let mostRecords = Infinity
  void config.then(({ maxRecords = Infinity }) => (mostRecords = maxRecords))
  const binding = bind({
    doc,
    store,
    me: membership.participant as ParticipantId,
    canWrite: () => canWrite.get(),
    most: mostWhileOpen,
    mostRecords: () => mostRecords,
    holds: session.hold,
    refused: sentence => editor && say(editor, sentence),
  })
  if (canWrite.get()) signSchema(doc, store)
  const model = createModel(store, meta)
  let editor: Editor | undefined
  let made: Commands | undefined
  let opinions: Opinions | undefined
  let inside: Inside | undefined
  const names = directory(membership, session, presence.people)
  const stopAsking = askBeforeClosing(() => {
    binding.flush()
    return session.onlyHere()
  })

  return {
    ...here,
    me: membership.participant as ParticipantId,
    leads: membership.role === 'facilitator',
    store,
    pictures,
    binding,
    model,
    presence,
    opinions: lateBound(() => opinions),
    inside: lateBound(() => inside),
    lights: atom('lights', noLights),
    spread: (values, scale) => spreadOf(values, id => names.find(id)?.sector ?? '', meta.get().sectors, scaleOf(scale)),
    openRings: wheel => session.conduct.state.get().rings.get(wheel),
    writing: createWriting(doc, binding, () => editor),
    readOnlyBecause,
    canWrite,
    flush: () => binding.flush(),
    // Buttons are drawn before the canvas has its editor, and pressed after.
    commands: lateBound(() => made),
    author: id => {
      const known = names.find(id)
      return known && { name: known.name, sector: known.sector, place: sectorOf(known.sector) }
    },
    editor: () => editor,
    say: sentence => editor && say(editor, sentence),
    attach(attached) {
      editor = attached
      made = createCommands(attached, model, wheel => session.conduct.state.get().rings.get(wheel))
      inside = createInside(attached, model, made)
      opinions = createOpinions(attached, membership.participant as ParticipantId)
      binding.attach(attached)
      presence.attach(attached)
      return () => {
        editor = undefined
        binding.attach(undefined)
        presence.attach(undefined)
      }
    },
    async close() {
      stopAsking()
      binding.dispose()
      await here.close()
    },
  }
}

/** Something that is there once the canvas is; asked for earlier, pressed later. */
const lateBound = <T extends object>(find: () => T | undefined): T =>
  new Proxy({} as T, { get: (_, name) => Reflect.get(must(find(), 'Something was to be done before the canvas was there'), name) as unknown })

/** Everybody who ever took part, for the marks on their cards. Asked for once, and again when somebody unknown comes. */
function directory(me: Membership, session: Session, people: Signal<readonly PersonHere[]>): { find(id: string): PersonName | undefined } {
  const known = atom<ReadonlyMap<string, PersonName>>('people of the board', new Map([[me.participant, { id: me.participant, name: me.name, sector: me.sector }]]))
  const asked = new Set<string>()
  let asking = false
  const ask = async () => {
    if (asking || !session.ticket().ticket) return
    asking = true
    // Without an answer the marks are missing, nothing else; the next stranger is the next chance.
    const all = await api.people(me.board, session.ticket()).catch(() => undefined)
    asking = false
    if (all) known.set(new Map([...known.get(), ...all.map(person => [person.id, person] as const)]))
  }
  return {
    find(id) {
      const person = known.get().get(id) ?? people.get().find(each => each.id === id)
      if (!person && !asked.has(id)) {
        asked.add(id)
        queueMicrotask(() => void ask())
      }
      return person
    },
  }
}

/** A style's colour as tldraw can paint it: its canvas knows no custom properties. */
function cssColour(style: string): string {
  const probe = document.createElement('span')
  probe.style.color = style
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
