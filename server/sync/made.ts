import type { Id } from '../../shared/document/read-update.ts'
import type { Struct } from './parsed-update.ts'

/** What an update makes, to be found by its id: of each client in order and without gaps. */
export class Made {
  readonly #rows = new Map<number, Struct[]>()

  /** Structs in the order in which they are taken up. */
  constructor(structs: readonly Struct[]) {
    let row: Struct[] = []
    let of = -1
    for (const struct of structs) {
      if (struct.client !== of) {
        of = struct.client
        row = this.#rows.get(of) ?? []
        this.#rows.set(of, row)
      }
      row.push(struct)
    }
  }

  /** The clock after the last change of a client; 0 where there is none. */
  endOf(client: number): number {
    return this.#rows.get(client)?.at(-1)?.end ?? 0
  }

  at({ client, clock }: Id): Struct | undefined {
    const row = this.#rows.get(client)
    const at = row && indexIn(row, clock)
    const struct = at === undefined ? undefined : row?.[at]
    return struct && clock >= struct.clock ? struct : undefined
  }

  /** How many structs hold changes of a client from a clock up to another. */
  countIn(client: number, from: number, to: number): number {
    const row = this.#rows.get(client) ?? []
    return Math.max(0, firstFrom(row, to) - firstFrom(row, from))
  }
}

/** The index of the struct that holds a clock. */
function indexIn(row: readonly Struct[], clock: number): number | undefined {
  let [low, high] = [0, row.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const struct = row[middle] as Struct
    if (clock < struct.clock) high = middle - 1
    else if (clock >= struct.end) low = middle + 1
    else return middle
  }
  return undefined
}

/** The index of the first struct that begins at or after a clock. */
function firstFrom(row: readonly Struct[], clock: number): number {
  let [low, high] = [0, row.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((row[middle] as Struct).clock < clock) low = middle + 1
    else high = middle
  }
  return low
}
