/*
 * The wire: y-websocket's protocol, so that a stock client can join, and one message of our own.
 * A frame is a var-uint message type and what follows it (lib0 encoding).
 */

/** First of the two sub-protocols a client offers; the other is its ticket. The server answers this one. */
export const subprotocol = 'manyfutures.v1'

export const message = {
  sync: 0,
  awareness: 1,
  queryAwareness: 3,
  /** `[120, nonce]` asks; `[120, nonce, state]` answers once all that the asker sent before it is committed. */
  durability: 120,
} as const

/** Inside a sync message, as y-protocols numbers them. */
export const sync = { step1: 0, step2: 1, update: 2 } as const

/** What a durability answer says of everything sent before the question. */
export const durable = {
  /** Not all of it could be taken yet: something it builds on has not arrived. Ask again. */
  waiting: 0,
  /** On disk; it survives a power cut. */
  committed: 1,
  /** This connection may not write, so there is nothing to keep. */
  readOnly: 2,
} as const

/** Why the server ends a connection. 44xx are final for a stock client; it tries again after the others. */
export const close = {
  protocol: { code: 4400, reason: 'This page sent something the server cannot read. Reload it to go on.' },
  poison: { code: 4400, reason: 'This change would have hidden what somebody else writes. Reload the page.' },
  unfit: { code: 4400, reason: 'This page sent something that boards do not hold. Reload it to go on.' },
  newer: { code: 4400, reason: 'This page is newer than the server and cannot change this board. Reload it to go on.' },
  full: { code: 4413, reason: 'This board is full and takes nothing more. Take something off it, or start another one; then reload.' },
  ticket: { code: 4401, reason: 'The ticket is missing, forged or too old. Join again with your link.' },
  role: { code: 4401, reason: 'A facilitator changed what you may do here. Join again.' },
  revoked: { code: 4403, reason: 'This link was closed. Ask the facilitator for a new one.' },
  removed: { code: 4403, reason: 'A facilitator ended your visit. Ask them for a new link.' },
  elsewhere: { code: 4403, reason: 'This page is not from this server. Open the board at its own address.' },
  readOnly: { code: 4403, reason: 'This link is for watching; it cannot change the board.' },
  missing: { code: 4404, reason: 'There is no board at this address. Check the link, or ask whoever sent it.' },
  gone: { code: 4404, reason: 'This board was removed. For thirty days a facilitator, or whoever runs the server, can bring it back.' },
  tooLarge: { code: 4413, reason: 'One change was too large to share at once. Reload the page to send it with the rest.' },
  restarting: { code: 1012, reason: 'The server restarts.' },
  busy: { code: 1013, reason: 'Too many people are coming in at once. This page tries again by itself.' },
  fault: { code: 1013, reason: 'Something went wrong with this board on the server; it is opened anew. This page tries again by itself.' },
  closed: { code: 1013, reason: 'The server cannot open this board and tries again in ten minutes. If it stays, tell whoever runs the server.' },
  retry: { code: 1013, reason: 'The server cannot save at the moment. If this stays, tell the facilitator or whoever runs it.' },
} as const

export type Close = (typeof close)[keyof typeof close]

/** What a link lets people do. */
export const roles = ['facilitator', 'participant', 'observer'] as const
export type Role = (typeof roles)[number]

/** Refusals that stay as they are for whoever comes back as who they were: no other is a reason to give up. */
export const finalRefusals = {
  noBoard: { status: 404, title: 'No such board' },
  linkUnknown: { status: 403, title: 'Link not valid' },
  linkClosed: { status: 403, title: 'Link closed' },
  removed: { status: 403, title: 'Visit ended' },
} as const

export const isFinalRefusal = (problem: { readonly status: number; readonly title: string }): boolean =>
  Object.values(finalRefusals).some(({ status, title }) => status === problem.status && title === problem.title)
