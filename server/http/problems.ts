import { type Unreadable, unreadable } from '../history/unreadable.ts'
import { pictureTypesSaid } from '../../shared/pictures.ts'
import { finalRefusals } from '../../shared/protocol.ts'

/** An answer of 4xx or 5xx: what happened and what to do, as RFC 9457 problem details. */
export class Problem extends Error {
  readonly status: number
  readonly title: string
  /** Seconds after which it may well go through. */
  readonly retryAfter: number | undefined

  constructor(status: number, title: string, detail: string, cause?: unknown, retryAfter?: number) {
    super(detail, { cause })
    this.status = status
    this.title = title
    this.retryAfter = retryAfter
  }

  toJSON(): { type: 'about:blank'; title: string; status: number; detail: string } {
    return { type: 'about:blank', title: this.title, status: this.status, detail: this.message }
  }
}

const final = (name: keyof typeof finalRefusals, detail: string) => new Problem(finalRefusals[name].status, finalRefusals[name].title, detail)

export const nothingHere = () => new Problem(404, 'Nothing here', 'There is nothing at this address. Check the link, or start from the first page.')
export const noBoard = () => final('noBoard', 'There is no board at this address. Check the link, or ask whoever sent it.')
export const boardGone = () => new Problem(410, 'Removed', 'This board was removed. For thirty days a facilitator, or whoever runs the server, can bring it back.')
export const linkUnknown = () => final('linkUnknown', 'This link does not open this board. Copy the whole link again, or ask the facilitator for a new one.')
export const linkClosed = () => final('linkClosed', 'This link was closed. Ask the facilitator for a new one.')
export const removed = () => final('removed', 'A facilitator ended your visit. Ask them for a new link.')
export const ticketNeeded = () => new Problem(401, 'Ticket needed', 'The ticket is missing, forged or too old. Join the board again with your link.')
export const notAllowed = () => new Problem(403, 'Not allowed', 'Only a facilitator of this board can do this.')
export const noTemplate = () => new Problem(404, 'No such template', 'There is no such template on this server. Choose another one.')
export const notOwner = () => new Problem(403, 'Not allowed', 'Only who saved this template can rename or remove it, on the device it was saved with.')
export const shipsWithServer = () => new Problem(403, 'Not allowed', 'This template ships with the server, so nobody can rename or remove it here.')
export const templatesFull = (most: number) =>
  new Problem(409, 'No room', `This server keeps at most ${most} saved templates. Remove one of yours, or ask whoever runs the server to raise MAX_TEMPLATES.`)
export const watchingOnly = () => new Problem(403, 'Not allowed', 'This link is for watching; pictures cannot be added with it.')
export const pictureGone = () => new Problem(404, 'No such picture', 'This board has no such picture.')
export const noPicture = () => new Problem(415, 'No picture', `This is no picture that a board can show. Choose a file in one of these formats: ${pictureTypesSaid}.`)
export const cutShort = (cause?: unknown) => new Problem(400, 'Cut short', 'What was sent did not arrive whole, so nothing was made of it. Try again.', cause)
export const pictureTooLarge = (most: number, cause?: unknown) => new Problem(413, 'Too large', `This picture is larger than ${inWords(most)}, the most this server takes. Make it smaller, or ask whoever runs the server to raise MAX_ASSET_BYTES.`, cause)
export const boardPicturesFull = (most: number) =>
  new Problem(413, 'No room', `The pictures of this board would take more than ${inWords(most)}, the most this server gives one board. Add a smaller one, or ask whoever runs the server to raise MAX_BOARD_ASSETS_BYTES.`)
export const fileTooLarge = (cause?: unknown) => new Problem(413, 'Too large', 'This file is larger than this server takes. Ask whoever runs it to raise MAX_FILE_BYTES, or open a smaller board.', cause)
export const fileTooMuch = (cause?: unknown) => new Problem(413, 'Too much', 'This file holds more than a board can, so nothing was made of it. Open a smaller board, or a part of this one.', cause)
const busy = (with_: string) => () => new Problem(503, 'Busy', `This server is ${with_} just now. Try again in a minute.`, undefined, 60)
export const tooManyFiles = busy('opening several large files')
export const tooManyExports = busy('writing several large boards as files')
export const tooManyTemplates = busy('at work on several large templates')
export const tooManyPasts = busy('looking back at several boards')
export const noMoment = (why: Unreadable) => new Problem(404, 'No such moment', unreadable[why])
export const notRemovedAnyMore = () => new Problem(404, 'Not there any more', 'This is not in the list of removed things any more: it was brought back, or its thirty days are over. Close the list and open it again.')
export const tooManyPreviews = busy('looking at several large boards')
export const serverFull = busy('dealing with as much as it can hold')
const yours = 'Where a whole room shares one network, whoever runs the server can raise'
export const tooOften = (ms: number) => new Problem(429, 'Too many requests', `Too many requests came from your network. Wait ${seconds(ms)} and try again. ${yours} the limit.`, undefined, Math.ceil(ms / 1_000))
export const tooManyAtOnce = () => new Problem(429, 'Too many at once', `Too many requests of your network are under way at once. Wait a moment and try again. ${yours} MAX_REQUESTS_PER_ADDRESS.`, undefined, 5)
export const tooManyUploads = () => new Problem(429, 'Too many at once', `Too many files are on their way from your network at once. Wait until some have arrived and try again. ${yours} MAX_UPLOADS_PER_ADDRESS.`, undefined, 10)
export const tooMuchHeld = () => new Problem(429, 'Too much at once', `Your network has yet to read what it asked for before, or asked for more than is kept for one at once. Wait a moment and try again. ${yours} MAX_HELD_BYTES_PER_ADDRESS.`, undefined, 10)
export const tooSlow = () => new Problem(408, 'Too slow', 'This did not arrive in time, so nothing was made of it. Check your connection and try again.')
export const bodyTooLarge = () => new Problem(413, 'Too large', 'More was sent than anybody needs to say here, so nothing was made of it. Reload the page and try again.')
export const notJson = (cause?: unknown) => new Problem(400, 'Cannot be read', 'What was sent is not JSON. Reload the page and try again.', cause)
export const notSaidJson = () => new Problem(415, 'Cannot be read', 'This address takes JSON. Send it with Content-Type: application/json.')
export const malformed = (status: number) => new Problem(status, 'Cannot be read', 'What came is not HTTP that can be read. Reload the page; where a program sent it, look at its request line, headers and length.')
export const boardTooLarge = (cause?: unknown) => new Problem(413, 'Too large', 'This board is too large for this format. Take it as a board file (json), or a part of it.', cause)
export const templateTooMuch = (cause?: unknown) => new Problem(413, 'Too much', 'This template is more than can be dealt with here. Choose another one, or tell whoever runs the server.', cause)
export const templateTooLarge = (most: number) => new Problem(413, 'Too large', `This board is larger than a template may be here (${inWords(most)}). Choose a part of it, or ask whoever runs the server to raise MAX_TEMPLATE_BYTES and MAX_FILE_BYTES.`)
export const templatesOften = (most: number) =>
  new Problem(429, 'Too many templates', `At most ${most} templates a day are saved from one network. Change one of yours, come back tomorrow, or ask whoever runs the server to raise TEMPLATES_PER_DAY.`, undefined, 3_600)
export const joinedOften = (most: number) =>
  new Problem(429, 'Too many people', `At most ${most} people a day join one board from one network. Whoever joined before comes back as themselves; for others, ask whoever runs the server to raise JOINS_PER_DAY.`, undefined, 3_600)
export const joinedFull = (most: number) =>
  new Problem(409, 'No room', `This board has had ${most} people, the most it may have. Whoever joined before comes back as themselves; a facilitator can go on with a new board, made from this one’s file.`)
export const linksFull = (most: number) =>
  new Problem(409, 'No room', `This board has had ${most} links, the most it may have. Use one that is open, or go on with a new board, made from this one’s file.`)
export const deedsFull = (most: number) =>
  new Problem(409, 'No room', `Who may do what was changed ${most} times on this board, the most that is written down. Links can still be closed, visits ended and people made observers; to give rights, go on with a new board, made from this one’s file.`)
export const badRequest = (detail: string, cause?: unknown) => new Problem(400, 'Cannot be read', detail, cause)
export const notSaved = (cause: unknown) => new Problem(503, 'Not saved', 'The server could not save this, so nothing has changed for anybody. Try again; if it stays, tell whoever runs the server.', cause)
export const diskFull = (cause: unknown) => new Problem(507, 'Disk full', 'The server’s disk is full, so nothing could be saved. Tell whoever runs the server; what is on your screen stays on your device.', cause)

const seconds = (ms: number): string => (ms <= 1_000 ? 'a second' : ms < 60_000 ? `${Math.ceil(ms / 1_000)} seconds` : 'a minute')
const inWords = (bytes: number): string => (bytes < 2 ** 20 ? `${Math.floor(bytes / 2 ** 10)} kB` : `${Math.floor((bytes / 2 ** 20) * 10) / 10} MB`)
