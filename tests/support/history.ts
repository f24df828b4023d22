import * as Y from 'yjs'

interface Wanted {
  readonly edits?: number
  /** Records they work on. */
  readonly records?: number
  /** Edits after which somebody meets the others, about. */
  readonly apart?: number
}

/** What four people do to one board, at times together and at times apart: every change as it was written, and what came of them. */
export function history(pick: (n: number) => number, { edits = 40, records: known = 6, apart = 3 }: Wanted = {}): { updates: Uint8Array[]; end: Y.Doc } {
  const end = new Y.Doc()
  const people = Array.from({ length: 4 }, (_, i) => Object.assign(new Y.Doc(), { clientID: i + 1 }))
  const updates: Uint8Array[] = []
  for (const person of people) person.on('update', (update: Uint8Array, origin: unknown) => origin !== 'others' && updates.push(update))
  for (let i = 0; i < edits; i++) {
    const person = people[pick(4)]!
    const records = person.getMap<Y.Map<unknown>>('records')
    const id = `r${pick(known)}`
    person.transact(() => {
      const record = records.get(id)
      if (!record || pick(12) === 0) {
        const made = new Y.Map<unknown>()
        made.set('text', new Y.Text('words'))
        made.set('type', 'card')
        records.set(id, made)
      } else if (pick(16) === 0) records.delete(id)
      else if (pick(4) === 0) record.set('place', ['', 'a1', pick(100), pick(100), 0])
      else if (pick(6) === 0) record.delete('place')
      else if (pick(8) === 0) person.getMap('meta').set('title', `Title ${pick(9)}`)
      else {
        const text = record.get('text') as Y.Text
        if (text.length && pick(2)) text.delete(pick(text.length), 1)
        else text.insert(pick(text.length + 1), 'é😀x'.slice(0, 1 + pick(4)))
      }
    })
    if (pick(apart) === 0) for (const other of people) if (other !== person) Y.applyUpdate(other, Y.encodeStateAsUpdate(person, Y.encodeStateVector(other)), 'others')
  }
  for (const update of updates) Y.applyUpdate(end, update)
  return { updates, end }
}
