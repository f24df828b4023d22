/** What bytes are kept for. Dashboards know these names: add them, never rename them. */
export const heldKinds = {
  bodies: 'requests that are being read',
  answers: 'answers that have not been read yet',
  uploads: 'files on their way to disk, by what they may take there',
  frames: 'frames of connections that have not been dealt with yet',
} as const
export type HeldKind = keyof typeof heldKinds

/** What is kept for one address. Handles are cheap, and any number of them may stand for one address. */
export interface Account {
  /** Counts bytes about to be kept; false, and nothing is counted, where the address or the server would hold more than it may. */
  take(bytes: number): boolean
  /** Bytes that are kept no more; never more than were taken through this handle, so that what is given back twice counts once. */
  give(bytes: number): void
  /** Gives back whatever was taken through this handle. */
  giveAll(): void
  /** Bytes kept for the address just now, of every kind. */
  readonly held: number
}

/** Every byte the server keeps for somebody, counted against their address and against the server as a whole. */
export interface Ledger {
  /** The account of an address. `kind` says what for, in figures only. */
  of(address: string, kind?: HeldKind): Account
  /** Whose most taking so many bytes would pass; nothing where there is room. */
  lacking(address: string, bytes: number, kind?: HeldKind): 'address' | 'server' | undefined
  /** Bytes kept in all, and by kind. */
  readonly held: number
  byKind(): Readonly<Record<HeldKind, number>>
  /** Addresses that something is kept for. */
  readonly addresses: number
  /** The address most is kept for: whom to cut first where the server is full. */
  heaviest(): { readonly address: string; readonly held: number } | undefined
}

interface Limits {
  readonly mostOfAddress: number
  readonly mostOfServer: number
  /** What may be kept of one kind for one address, where that is less. */
  readonly mostOfKind?: Partial<Readonly<Record<HeldKind, number>>>
}

/** 0 stands for any number. An address nothing is kept for takes no memory. */
export function createLedger({ mostOfAddress, mostOfServer, mostOfKind = {} }: Limits): Ledger {
  const purses = new Map<string, Purse>()
  const { byKind } = emptyPurse()
  let inAll = 0
  const lackingIn = (purse: Purse | undefined, bytes: number, kind?: HeldKind): 'address' | 'server' | undefined => {
    const most = kind && mostOfKind[kind]
    if (most !== undefined && (purse?.byKind[kind!] ?? 0) + bytes > most) return 'address'
    if (mostOfAddress > 0 && (purse?.held ?? 0) + bytes > mostOfAddress) return 'address'
    return mostOfServer > 0 && inAll + bytes > mostOfServer ? 'server' : undefined
  }

  return {
    of(address, kind = 'frames') {
      let mine = 0
      // While something is taken through this handle, its address has a purse, and it is this one: every frame passes here several times.
      let purse: Purse | undefined
      const add = (to: Purse, bytes: number): void => {
        inAll += bytes
        byKind[kind] += bytes
        to.held += bytes
        to.byKind[kind] += bytes
        mine += bytes
      }
      const give = (bytes: number): void => {
        const given = Math.max(0, Math.min(bytes, mine))
        if (given === 0 || !purse) return
        add(purse, -given)
        if (purse.held === 0) purses.delete(address)
        if (mine === 0) purse = undefined
      }
      return {
        take(bytes) {
          const to = purse ?? purses.get(address)
          if (!(bytes >= 0) || lackingIn(to, bytes, kind)) return false
          if (bytes === 0) return true
          purse = to ?? emptyPurse()
          if (!to) purses.set(address, purse)
          add(purse, bytes)
          return true
        },
        give,
        giveAll: () => give(mine),
        get held() {
          return purses.get(address)?.held ?? 0
        },
      }
    },
    lacking: (address, bytes, kind) => lackingIn(purses.get(address), bytes, kind),
    get held() {
      return inAll
    },
    byKind: () => ({ ...byKind }),
    get addresses() {
      return purses.size
    },
    heaviest() {
      let most: { address: string; held: number } | undefined
      for (const [address, { held }] of purses) if (!most || held > most.held) most = { address, held }
      return most
    },
  }
}

/** What is kept for an address that something is kept for. */
interface Purse {
  held: number
  readonly byKind: Record<HeldKind, number>
}

const emptyPurse = (): Purse => ({ held: 0, byKind: { bodies: 0, answers: 0, uploads: 0, frames: 0 } })
