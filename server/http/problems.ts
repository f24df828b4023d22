import { pictureTypesSaid } from '../../shared/pictures.ts'

/** An answer of 4xx or 5xx: what happened and what to do, as RFC 9457 problem details. */
export class Problem extends Error {
  readonly status: number
  readonly title: string

  constructor(status: number, title: string, detail: string, cause?: unknown) {
    super(detail, { cause })
    this.status = status
    this.title = title
  }

  toJSON(): { type: 'about:blank'; title: string; status: number; detail: string } {
    return { type: 'about:blank', title: this.title, status: this.status, detail: this.message }
  }
}

export const noBoard = () => new Problem(404, 'No such board', 'There is no board at this address. Check the link, or ask whoever sent it.')
export const linkUnknown = () => new Problem(403, 'Link not valid', 'This link does not open this board. Copy the whole link again, or ask the facilitator for a new one.')
export const linkClosed = () => new Problem(403, 'Link closed', 'This link was closed. Ask the facilitator for a new one.')
export const removed = () => new Problem(403, 'Visit ended', 'A facilitator ended your visit. Ask them for a new link.')
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
export const cutShort = (cause: unknown) => new Problem(400, 'Cut short', 'The picture did not arrive whole, so it was not added. Try again.', cause)
export const pictureTooLarge = (most: number, cause?: unknown) => new Problem(413, 'Too large', `This picture is larger than ${inWords(most)}, the most this server takes. Make it smaller, or ask whoever runs the server to raise MAX_ASSET_BYTES.`, cause)
export const boardPicturesFull = (most: number) =>
  new Problem(413, 'No room', `The pictures of this board would take more than ${inWords(most)}, the most this server gives one board. Add a smaller one, or ask whoever runs the server to raise MAX_BOARD_ASSETS_BYTES.`)
export const fileTooLarge = (cause?: unknown) => new Problem(413, 'Too large', 'This file is larger than this server takes. Ask whoever runs it to raise MAX_FILE_BYTES, or open a smaller board.', cause)
export const fileTooMuch = (cause?: unknown) => new Problem(413, 'Too much', 'This file holds more than a board can, so nothing was made of it. Open a smaller board, or a part of this one.', cause)
export const tooManyFiles = () => new Problem(503, 'Busy', 'This server is opening several large files just now. Try again in a minute.')
export const tooManyExports = () => new Problem(503, 'Busy', 'This server is writing several large boards as files just now. Try again in a minute.')
export const boardTooLarge = (cause?: unknown) => new Problem(413, 'Too large', 'This board is too large for this format. Take it as a board file (json), or a part of it.', cause)
export const badRequest = (detail: string, cause?: unknown) => new Problem(400, 'Cannot be read', detail, cause)
export const notSaved = (cause: unknown) => new Problem(503, 'Not saved', 'The server could not save this, so nothing has changed for anybody. Try again; if it stays, tell whoever runs the server.', cause)
export const diskFull = (cause: unknown) => new Problem(507, 'Disk full', 'The server’s disk is full, so nothing could be saved. Tell whoever runs the server; what is on your screen stays on your device.', cause)

const inWords = (bytes: number): string => (bytes < 2 ** 20 ? `${Math.floor(bytes / 2 ** 10)} kB` : `${Math.floor((bytes / 2 ** 20) * 10) / 10} MB`)
