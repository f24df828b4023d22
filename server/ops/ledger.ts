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
  const byAddress = new Map<string, number>()
  const byKind = Object.fromEntries(Object.keys(heldKinds).map(kind => [kind, 0])) as Record<HeldKind, number>
  let inAll = 0
  /** Of the kinds that have a most of their own. */
  const byKindOfAddress = new Map<string, number>()
  const heldBy = (address: string): number => byAddress.get(address) ?? 0
  const lacking = (address: string, bytes: number, kind?: HeldKind): 'address' | 'server' | undefined => {
    const most = kind && mostOfKind[kind]
    if (most !== undefined && (byKindOfAddress.get(`${kind} ${address}`) ?? 0) + bytes > most) return 'address'
    if (mostOfAddress > 0 && heldBy(address) + bytes > mostOfAddress) return 'address'
    return mostOfServer > 0 && inAll + bytes > mostOfServer ? 'server' : undefined
  }
  const add = (address: string, kind: HeldKind, bytes: number): void => {
    inAll += bytes
    byKind[kind] += bytes
    count(byAddress, address, bytes)
    if (mostOfKind[kind] !== undefined) count(byKindOfAddress, `${kind} ${address}`, bytes)
  }

  return {
    of(address, kind = 'frames') {
      let mine = 0
      const give = (bytes: number): void => {
        const given = Math.max(0, Math.min(bytes, mine))
        mine -= given
        if (given > 0) add(address, kind, -given)
      }
      return {
        take(bytes) {
          if (!(bytes >= 0) || lacking(address, bytes, kind)) return false
          mine += bytes
          add(address, kind, bytes)
          return true
        },
        give,
        giveAll: () => give(mine),
        get held() {
          return heldBy(address)
        },
      }
    },
    lacking,
    get held() {
      return inAll
    },
    byKind: () => ({ ...byKind }),
    get addresses() {
      return byAddress.size
    },
    heaviest() {
      let most: { address: string; held: number } | undefined
      for (const [address, held] of byAddress) if (!most || held > most.held) most = { address, held }
      return most
    },
  }
}

function count(held: Map<string, number>, of: string, more: number): void {
  const bytes = (held.get(of) ?? 0) + more
  if (bytes > 0) held.set(of, bytes)
  else held.delete(of)
}
