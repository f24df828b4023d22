import { durable } from '../../shared/protocol.ts'

/*
 * Where what somebody did here is: on the server, kept on this device, or only in this page. It learns of nothing but what
 * happened: answers that cover these very changes, and transactions of the device that completed. It assumes nothing.
 */

/** Changes are numbered as they are made; each number says that all up to it are there. */
export interface Whereabouts {
  /** Made in this page, or found on this device without a word of the server. */
  readonly made: number
  /** On the server's disk. */
  readonly onServer: number
  /** On this device, so that they are there when the page comes again. */
  readonly onDevice: number
  /** By question that the open connection was asked: what had been sent on it before. */
  readonly asked: ReadonlyMap<number, number>
  /** The copy on this device that is written to, by a number of its own; nothing where there is none. */
  readonly copy: number | undefined
  /** Whether that copy takes what is made, as far as it has shown. */
  readonly keeps: boolean
  /** The server takes nothing from this person. */
  readonly refused: boolean
  /** The device holds unsent changes from before, and has not given them out yet. */
  readonly unread: boolean
}

export type Happened =
  /** A change was made here. */
  | { readonly what: 'made' }
  /** The device held changes of which the server had not said that it has them. They are in this page now too. */
  | { readonly what: 'found'; readonly changes: number; readonly copy: number }
  /** A question went out after everything made so far, on a connection that had been told of all before. */
  | { readonly what: 'asked'; readonly question: number }
  | { readonly what: 'answered'; readonly question: number; readonly state: number }
  /** The connection ended, and with it whatever was asked on it. */
  | { readonly what: 'cut' }
  /** There is a copy to write to. What it holds of this page's changes is not known yet. */
  | { readonly what: 'copy opened'; readonly copy: number }
  /** A transaction completed that left everything up to a change in a copy. */
  | { readonly what: 'stored'; readonly upTo: number; readonly copy: number }
  /** Something tells that unsent changes lie on this device; its copy is yet to be read. */
  | { readonly what: 'unread' }
  /** A change was to be stored a while ago. */
  | { readonly what: 'late'; readonly change: number }
  /** The copy can be written no more, or is gone: whether anything of it will be there again is not known. */
  | { readonly what: 'copy lost' }

export const atFirst: Whereabouts = { made: 0, onServer: 0, onDevice: 0, asked: new Map(), copy: undefined, keeps: false, refused: false, unread: false }

/** Where everything is after one more thing happened. */
export function after(now: Whereabouts, event: Happened): Whereabouts {
  switch (event.what) {
    case 'made':
      return { ...now, made: now.made + 1 }
    case 'found': {
      const made = now.made + event.changes
      const allKept = event.copy === now.copy && now.onDevice === now.made
      return { ...now, made, onDevice: allKept ? made : now.onDevice }
    }
    case 'asked':
      return { ...now, asked: new Map(now.asked).set(event.question, now.made) }
    case 'answered': {
      const upTo = now.asked.get(event.question)
      if (upTo === undefined) return now
      const asked = new Map(now.asked)
      asked.delete(event.question)
      if (event.state === durable.committed) return { ...now, asked, onServer: Math.max(now.onServer, upTo), refused: false }
      return { ...now, asked, refused: event.state === durable.readOnly && upTo > now.onServer }
    }
    case 'cut':
      return now.asked.size ? { ...now, asked: new Map() } : now
    case 'copy opened':
      return { ...now, copy: event.copy, onDevice: 0, keeps: false }
    case 'stored': {
      if (event.copy !== now.copy) return now
      const onDevice = Math.max(now.onDevice, Math.min(event.upTo, now.made))
      return { ...now, onDevice, keeps: now.keeps || onDevice === now.made, unread: false }
    }
    case 'unread':
      return { ...now, unread: true }
    case 'late':
      return now.onDevice < Math.min(event.change, now.made) ? { ...now, keeps: false } : now
    case 'copy lost':
      return { ...now, copy: undefined, onDevice: 0, keeps: false }
  }
}

/** Changes of which the server has not said that it has them. */
export const unsentOf = ({ made, onServer }: Whereabouts): number => made - onServer

/** Changes that are gone when the page is closed now. */
export const onlyHereOf = ({ made, onServer, onDevice }: Whereabouts): number => made - Math.max(onServer, onDevice)

/** Changes to speak of: where the device keeps them, those it has; what was made this moment comes with the next look. */
export function waitingOf(now: Whereabouts): { readonly unsent: number; readonly kept: boolean } {
  return { unsent: now.keeps ? Math.max(0, now.onDevice - now.onServer) : unsentOf(now), kept: now.keeps }
}
