import type { Dialect } from './dialects.ts'

/** The parts of tldraw's client that a bench needs; they live beside the peers, which are installed only for the bench. */
interface Parts {
  readonly serialized: unknown
  readonly document: { readonly id: string }
  readonly page: { readonly id: string }
  cardOf(id: string, x?: number, y?: number): { readonly id: string }
  presenceOf(nth: number): Record<string, unknown>
}

export interface TldrawDialect extends Dialect {
  connect(): Promise<string>
  /** A push of these changes. */
  push(clock: number, diff: object): string
  parts(): Promise<Parts>
}

const patchOf = (x: number): object => ['patch', { x: ['put', x] }]

/** tldraw sync, version 8 of its protocol: JSON, one push a message. */
export function tldraw(): TldrawDialect {
  let loaded: Promise<Parts> | undefined
  const where = '../peers/tldraw-client.mjs'
  const dialect: TldrawDialect = {
    parts: () => (loaded ??= import(where) as Promise<Parts>),
    prepare: async () => undefined,
    door: async (origin, room) => ({ address: `${origin.replace(/^http/, 'ws')}/room${room}`, protocols: [] }),
    connect: async () => JSON.stringify({ type: 'connect', connectRequestId: 'c', lastServerClock: -1, protocolVersion: 8, schema: (await dialect.parts()).serialized }),
    push: (clientClock, diff) => JSON.stringify({ type: 'push', clientClock, diff }),
    async script(_room, nth, moves) {
      const { cardOf, presenceOf, document, page } = await dialect.parts()
      const card = cardOf(`c${nth}`)
      const first = { type: 'push', clientClock: 1, diff: { [document.id]: ['put', document], [page.id]: ['put', page], [card.id]: ['put', card] }, presence: ['put', presenceOf(nth)] }
      const each = Array.from({ length: moves }, (_, i) => i + 1)
      return {
        hello: [await dialect.connect()],
        card: JSON.stringify(first),
        moves: each.map(i => dialect.push(i * 2, { [card.id]: patchOf(i) })),
        points: each.map(i => JSON.stringify({ type: 'push', clientClock: i * 2 + 1, presence: ['patch', { cursor: ['patch', { x: ['put', i], y: ['put', nth] }] }] })),
      }
    },
    *seen(data) {
      const said = JSON.parse(data.toString()) as { data?: readonly Patch[] } & Patch
      for (const { diff = {} } of said.data ?? [said]) {
        for (const [id, [, change]] of Object.entries(diff)) {
          const { x } = change ?? {}
          const upTo = Array.isArray(x) ? Number(x[1]) : Number(x ?? 0)
          if (id.startsWith('shape:c') && upTo > 0) yield [Number(id.slice('shape:c'.length)), upTo]
        }
      }
    },
  }
  return dialect
}

interface Patch {
  readonly diff?: Readonly<Record<string, readonly [op: string, change?: { readonly x?: unknown }]>>
}

/** Puts messages that were sent in pieces together again. */
export function assembled(take: (said: Record<string, unknown>) => void): (data: Buffer) => void {
  let held = ''
  return data => {
    const said = data.toString()
    const chunk = /^(\d+)_/.exec(said)
    held += chunk ? said.slice(chunk[0].length) : said
    if (chunk && chunk[1] !== '0') return
    const whole = held
    held = ''
    take(JSON.parse(whole) as Record<string, unknown>)
  }
}
