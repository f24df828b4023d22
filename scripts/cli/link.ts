import { type BoardId, isId } from '../../shared/ids.ts'
import { type Role, roles } from '../../shared/protocol.ts'
import { freshLink } from '../../server/links.ts'
import { changeLinks, type LinksBeside } from '../../server/storage/reading.ts'
import { byCommand, type Deed, type Link } from '../../server/storage/register.ts'
import { addressOf } from './address.ts'
import type { Command } from './command.ts'
import { Failure } from './failure.ts'
import { reading, saying } from './store.ts'

/** The links of a board: a way in again for whoever lost theirs, and the end of one that got around. */
export const linkCommand: Command = {
  takes: '<board>',
  count: [1, 1],
  hint: 'Makes a link to a board, closes one, or both at once; without an option, prints which there are: id, role, day it was made, day it was closed. While a server runs, too.',
  options: {
    role: { type: 'string', value: 'role', hint: `Makes a link for one of ${roles.join(', ')}, and prints it.` },
    close: { type: 'string', value: 'link', hint: 'Closes the link with this id: whoever came by it has to leave, at once and for good.' },
    json: { type: 'boolean', hint: 'Prints {"id", "role", "url"} of a new link, or [{"id", "role", "created", "closed"}] of all.' },
  },
  async run({ positionals: [board = ''], values, config, print, say }) {
    const { role, close } = values
    if (role !== undefined && !isRole(role)) throw new Failure('usage', `There is no role “${String(role)}”. There are: ${roles.join(', ')}.`)
    const known = isId(board) ? await reading(config, async store => (store.boards().some(({ id }) => id === (board as string)) ? store.links.all(board as string as BoardId) : undefined)) : undefined
    if (!known) throw new Failure('content', `There is no board “${board}” in ${config.dataDir}. List the boards with: list`)
    const ended = close === undefined ? undefined : known.find(({ id }) => id === close)
    if (close !== undefined && !ended) throw new Failure('content', `${board} has no link “${String(close)}”. List them with: link ${board}`)
    if (role === undefined && !ended) return listed(known, values['json'] === true, print)
    if (role !== undefined && known.length >= config.maxLinks) throw new Failure('store', `A board has at most ${config.maxLinks} links, closed ones included, and this one has as many. Raise MAX_LINKS.`)

    const now = Date.now()
    const made = role === undefined ? undefined : freshLink(board as string as BoardId, role, now, addressOf(config))
    await saying(() =>
      changeLinks(config.dataDir, async ports => {
        if (made) await note(ports, made.link, now, 'opened a link')
        if (ended && ended.closed === undefined) await note(ports, ended, now, 'closed a link')
      }),
    )
    if (made) {
      print(values['json'] ? `${JSON.stringify({ id: made.link.id, role, url: made.url })}\n` : `${made.url}\n`)
      say(`The link is printed once and kept nowhere. Its id is ${made.link.id}.`)
    }
    if (ended) say(ended.closed === undefined ? `${ended.id} is closed. A server that runs ends the visits of whoever came by it within seconds.` : `${ended.id} was closed before.`)
  },
}

const isRole = (value: string | boolean): value is Role => roles.some(role => role === value)

async function note({ links, audit }: LinksBeside, link: Link, at: number, did: Deed['did']): Promise<void> {
  if (did === 'opened a link') await links.add(link)
  else await links.close(link.board, link.id, at)
  await audit.note({ board: link.board, at, who: byCommand, did, about: link.id })
}

function listed(links: readonly Link[], asJson: boolean, print: (text: string) => void): void {
  const day = (when: number): string => new Date(when).toISOString()
  if (asJson) return print(`${JSON.stringify(links.map(({ id, role, created, closed }) => ({ id, role, created: day(created), ...(closed !== undefined && { closed: day(closed) }) })))}\n`)
  for (const { id, role, created, closed } of links) print(`${id}\t${role}\t${day(created).slice(0, 10)}\t${closed === undefined ? '' : day(closed).slice(0, 10)}\n`)
}
