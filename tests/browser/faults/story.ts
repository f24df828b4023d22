import type { Browser, CDPSession, Page } from 'playwright-core'
import * as Y from 'yjs'
import { createRecord, packPlace, recordsOf } from '../../../shared/board.ts'
import type { Json } from '../../../shared/json.ts'
import { stockClient, type StockClient } from '../../support/client.ts'
import { blockSiteData, haveNoDatabase, readCopy, underFaults } from '../../support/device-faults.ts'
import { type FaultProxy, faultProxy, type Said } from '../../support/fault-proxy.ts'
import { random } from '../../support/random.ts'
import { call, joinAs, makeBoard, type MadeBoard } from '../../support/server.ts'
import { visitor } from '../../support/visitor.ts'

/*
 * Stories of one person's page whose device, network and server do what devices, networks and servers do. After each step what the page
 * says is held to what really lies on the server and on the device; in the end nothing that it called saved or kept is missing.
 */

export interface World {
  readonly page: Page
  readonly board: MadeBoard
  readonly proxy: FaultProxy
  /** Asks the server itself, past everything in between. */
  readonly onServer: () => Promise<string>
  readonly onDevice: () => Promise<string>
  readonly peer: StockClient
  readonly devtools: CDPSession
  readonly origin: string
  /** What was written here, and elsewhere, in order. */
  readonly mine: string[]
  readonly theirs: string[]
  readonly pick: (n: number) => number
  /** Whether the page can be worked on from inside; where site data is blocked only as people do, by hand. */
  readonly byHand: boolean
  /** The page never has a copy on this device. */
  readonly hasNoCopy: boolean
  device: 'works' | 'hangs'
}

const html = (status: number, headers: Record<string, string> = {}): Said => ({ status, headers, body: '<!doctype html><title>Something in between</title><h1>Log in</h1>' })
const json = (status: number, body: object, headers: Record<string, string> = {}): Said => ({ status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
const problem = (status: number, title: string, headers: Record<string, string> = {}): Said =>
  json(status, { type: 'about:blank', title, status, detail: 'Too many requests came from your network.' }, { 'content-type': 'application/problem+json', ...headers })

interface Fault {
  begin(world: World): Promise<unknown> | void
  end?(world: World): Promise<unknown> | void
  /** What the page is opened with, where the fault is there from the beginning. */
  readonly init?: () => void
  /** The same of what is between it and the server. */
  readonly first?: (proxy: FaultProxy) => void
}

const storage = (is: 'full' | 'aborts' | 'hangs' | 'refuses'): Fault => ({
  begin(world) {
    if (is === 'hangs') world.device = 'hangs'
    return world.page.evaluate(what => void (window.faults!.storage = what), is)
  },
  end(world) {
    world.device = 'works'
    return world.page.evaluate(() => void (window.faults!.storage = 'works'))
  },
})
const clock = (...shifts: readonly number[]): Fault => ({
  begin: ({ page, pick }) => page.evaluate(ms => void (window.faults!.shift = ms), shifts[pick(shifts.length)]!),
})
const instead = (...said: readonly Said[]): Fault => ({
  begin({ proxy, pick }) {
    proxy.instead = said[pick(said.length)]
    // Whoever is not connected meets it; whoever is must not mind.
    if (pick(2)) proxy.cut()
  },
  end: ({ proxy }) => void (proxy.instead = undefined),
})
/** The ticket is over, and the next one is met by whatever is in between. */
const atRenewal = (...said: readonly Said[]): Fault => ({
  async begin({ proxy, page, pick }) {
    const before = proxy.joins
    proxy.instead = said[pick(said.length)]
    for (let looked = 0; proxy.joins === before && looked < 100; looked++) await page.evaluate(() => new Promise(done => setTimeout(done, 100)))
    proxy.instead = undefined
  },
})

const day = 86_400_000

/** Everything that goes wrong, by name. */
export const faults = {
  'the database is deleted by another tab': { begin: ({ page, board }) => page.evaluate(name => void indexedDB.deleteDatabase(name), `manyfutures:${board.id}`) },
  'site data is cleared': { begin: ({ devtools, origin }) => devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' }) },
  'storage is full': storage('full'),
  'transactions abort': storage('aborts'),
  'transactions hang': storage('hangs'),
  'the database does not open': storage('refuses'),
  'there is no database': { begin: () => undefined, init: haveNoDatabase },
  'site data is blocked': { begin: () => undefined, init: blockSiteData },
  'what keeps a copy cannot be loaded': { begin: () => undefined, first: proxy => void (proxy.missing = /device-copy/) },
  'the network is down': { begin: ({ proxy }) => void (proxy.down = true), end: ({ proxy }) => void (proxy.down = false) },
  'the connection is half open': { begin: ({ proxy }) => void (proxy.frozen = true), end: ({ proxy }) => void (proxy.frozen = false) },
  'the connection breaks': { begin: ({ proxy }) => proxy.cut() },
  'too many requests': instead(problem(429, 'Too many requests', { 'retry-after': '1' }), html(429), html(429, { 'retry-after': '1' }), problem(408, 'Too slow')),
  'a proxy forbids': instead(html(403), json(403, { detail: 'Access denied' }), html(407), html(404), problem(403, 'Forbidden')),
  'a proxy breaks': instead(html(500), html(502), html(503, { 'retry-after': '1' }), html(504)),
  'a portal answers': instead(html(200), html(511), json(200, {})),
  'too many requests when the ticket is over': atRenewal(problem(429, 'Too many requests', { 'retry-after': '1' }), html(429), html(408)),
  'a proxy forbids when the ticket is over': atRenewal(html(403), html(404), json(403, { detail: 'Blocked' })),
  'the clock is forty days slow': { ...clock(-40 * day), init: () => void (window.faults!.shift = -40 * 86_400_000) },
  'the clock is forty days fast': { ...clock(40 * day), init: () => void (window.faults!.shift = 40 * 86_400_000) },
  'the clock is hours off': clock(-2 * 3_600_000, 20 * 60_000, 61_000, -61_000),
  'another tab writes and is closed': { begin: world => besides(world) },
  'an hour of sleep': {
    async begin({ proxy, page }) {
      proxy.frozen = true
      await page.evaluate(() => void (window.faults!.shift += 3_600_000))
      proxy.frozen = false
    },
  },
} as const satisfies Record<string, Fault>
export type FaultName = keyof typeof faults
export const faultNames = Object.keys(faults) as FaultName[]

const ofDevice: readonly FaultName[] = faultNames.slice(0, faultNames.indexOf('the network is down'))

const newMarker = ({ mine, pick }: World, who: string): string => `${who} ${mine.length} ${pick(1e9).toString(36)}`

async function write(world: World): Promise<void> {
  const { page, mine, byHand } = world
  const text = newMarker(world, 'mine')
  if (byHand) {
    const field = page.getByRole('textbox', { name: /card/i }).last()
    if ((await field.count()) === 0) {
      await page.locator('.map').click({ position: { x: 300, y: 300 } })
      await page.keyboard.press('n')
      await field.waitFor({ timeout: 5_000 })
    }
    await field.fill(text)
    await field.press('Enter')
    // What is written is seen one frame later.
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
  } else
    await page.evaluate(
      ([words, nth]) => {
        const { editor, board } = window.manyfutures!
        editor.createShape({ type: 'card', x: (nth % 5) * 240, y: Math.floor(nth / 5) * 120, props: { kind: 'note', text: words, w: 200, h: 88, fields: {} } } as never)
        try {
          board.binding.flush()
        } catch {
          // A part of the page that throws: what counts is what the page says then.
        }
      },
      [text, mine.length] as const,
    )
  mine.push(text)
}

function writeElsewhere(world: World): void {
  const { peer, theirs } = world
  const text = `theirs ${theirs.length} ${world.pick(1e9).toString(36)}`
  peer.doc.transact(() => createRecord(recordsOf(peer.doc), `theirs${theirs.length}`, new Map<string, Json>(Object.entries({ type: 'card', kind: 'note', place: packPlace({ parent: '', index: `a${1 + theirs.length}`, x: 400, y: 80 * theirs.length, rotation: 0 }), text }))))
  theirs.push(text)
}

/** Somebody writes in another tab too, and closes it once that asks no more questions: what it held is as good as kept. */
async function besides(world: World): Promise<void> {
  const { page, theirs, pick, hasNoCopy } = world
  if (hasNoCopy) return
  const tab = await page.context().newPage()
  await tab.goto(page.url())
  // Without a network and a copy there is no board to write on.
  if (await tab.waitForFunction(() => window.manyfutures !== undefined, undefined, { timeout: 8_000 }).catch(() => undefined)) {
    const text = `theirs ${theirs.length} in another tab ${pick(1e9).toString(36)}`
    await tab.evaluate(words => {
      const { editor, board } = window.manyfutures!
      editor.createShape({ type: 'card', x: 0, y: 900, props: { kind: 'note', text: words, w: 200, h: 88, fields: {} } } as never)
      board.binding.flush()
    }, text)
    for (let looked = 0; looked < 50 && (await asks(tab)); looked++) await tab.evaluate(() => new Promise(requestAnimationFrame))
    if (!(await asks(tab))) theirs.push(text)
  }
  await tab.close()
}

const lineOn = (page: Page) =>
  page.evaluate(() => {
    const line = document.querySelector<HTMLElement>('.state-line p[data-is]')
    return line && { is: line.dataset['is']!, text: line.textContent }
  })

/** Connections come back in a moment; what is said while they may is no more than that. */
const saysWhere = (page: Page): Promise<void> => page.waitForFunction(() => document.querySelector<HTMLElement>('.state-line p[data-is]')?.dataset['is'] !== 'connecting').then(() => undefined)

/** Whether the page would ask before it is closed. */
const asks = (page: Page) =>
  page.evaluate(() => {
    const event = new Event('beforeunload', { cancelable: true })
    dispatchEvent(event)
    return event.defaultPrevented
  })

/** What the page says that is not so. */
async function lies(world: World): Promise<string[]> {
  const { page, mine } = world
  const found: string[] = []
  const line = await lineOn(page)
  if (!line) throw new Error('the page says nothing any more')
  if (line.is === 'ended') throw new Error(`it is said to be over: ${line.text}`)
  const claims = Number(/(\d+) changes? (?:is |are )?kept on this device/.exec(line.text)?.[1] ?? 0)
  // Each of these is looked at after what was said: what is there by then may be more, and is never less.
  const server = line.is === 'saved' || claims ? await world.onServer() : ''
  const unsent = mine.filter(each => !server.includes(each))
  if (line.is === 'saved' && unsent.length) found.push(`“${line.text}”, and ${unsent.length} of ${mine.length} are not on the server`)
  if (claims) {
    const device = await world.onDevice()
    const kept = unsent.filter(each => device.includes(each)).length
    if (kept < Math.min(claims, unsent.length)) found.push(`“${line.text}”, and ${kept} of ${unsent.length} that are not on the server are on this device`)
  }
  if (!(await asks(page))) {
    const device = await world.onDevice()
    const there = await world.onServer()
    const lost = mine.filter(each => !there.includes(each) && !device.includes(each))
    if (lost.length) found.push(`the page could be closed without a question (“${line.text}”), and ${lost.length} would be gone`)
  }
  return found
}

export interface Story {
  readonly seed: number
  readonly told: string[]
  readonly wrong: string[]
}

/** How often a page may ask to come in: with a ticket of some seconds, and a fault now and then. */
const mostJoins = (ms: number, steps: number): number => 8 + 2 * steps + ms / 1_500

/** Tells one story, from opening a board to the end of all faults. */
export async function tell(browser: Browser, serverUrl: string, seed: number, first: FaultName, steps: number): Promise<Story> {
  const pick = random(seed)
  const told: string[] = []
  const wrong: string[] = []
  const proxy = await faultProxy(serverUrl)
  const board = await makeBoard(serverUrl)
  const peerIs = await joinAs(serverUrl, board, 'participant', 'Peer')
  const peer = stockClient(serverUrl, board.id, peerIs.ticket)
  await peer.synced()
  const somebody = await visitor(browser)
  const { page } = somebody
  const reader = await page.context().newPage()
  let last = ''
  try {
    const { init, first: prepare } = faults[first] as Fault
    prepare?.(proxy)
    await page.addInitScript(underFaults)
    if (init) await page.addInitScript(init)
    await reader.goto(`${proxy.url}/healthz`)
    const devtools = await page.context().newCDPSession(page)
    const link = board.links.participant.replace(serverUrl, proxy.url)
    const ofServer = async (): Promise<string> => {
      const { participant, key } = peerIs
      const { body } = await call(serverUrl, `/api/boards/${board.id}/join`, { participant, key })
      return JSON.stringify((await call(serverUrl, `/api/boards/${board.id}/export?format=json`, undefined, (body as { ticket: string }).ticket)).body)
    }
    const world: World = {
      page,
      board,
      proxy,
      peer,
      devtools,
      origin: proxy.url,
      mine: [],
      theirs: [],
      pick,
      byHand: first === 'site data is blocked',
      hasNoCopy: first === 'there is no database' || first === 'site data is blocked',
      device: 'works',
      onServer: ofServer,
      async onDevice() {
        // What hangs lets nobody else read; nothing can have come to what was there before.
        if (world.device === 'hangs') return last
        const copy = new Y.Doc()
        for (const row of await readCopy(reader, board.id)) Y.applyUpdate(copy, Uint8Array.from(row))
        return (last = JSON.stringify(recordsOf(copy).toJSON()))
      },
    }
    const open = async (): Promise<void> => {
      if (!(await page.waitForFunction(by => document.querySelector('.state-line p[data-is]') !== null && (by || window.manyfutures !== undefined), world.byHand, { timeout: 20_000 }).catch(() => undefined))) {
        throw new Error(`no board is there: ${(await page.locator('body').textContent())?.trim().slice(0, 80)}`)
      }
    }
    await page.goto(link)
    await page.getByLabel('Your name here').fill('Mine')
    await page.getByRole('button', { name: 'Join the board' }).click()
    await open()

    const going = new Set<FaultName>()
    const begin = async (name: FaultName): Promise<void> => {
      told.push(name)
      going.add(name)
      await (faults[name] as Fault).begin(world)
    }
    const end = async (name: FaultName): Promise<void> => {
      told.push(`no longer: ${name}`)
      going.delete(name)
      await (faults[name] as Fault).end?.(world)
    }
    const look = async (): Promise<void> => {
      for (const each of await lies(world)) wrong.push(`after ${told.length} steps ${each}`)
    }
    const reloads = async (): Promise<void> => {
      // Pages come from caches that know nothing of what goes wrong; boards do not.
      if (world.byHand || (await asks(page))) return void told.push('stays, since it would lose something')
      // Whoever has no copy, or cannot get at it, gets the board from the server, once that can be reached.
      if ((await world.onDevice()) === '{}' || init || prepare || [...going].some(name => ofDevice.includes(name))) {
        for (const name of [...going]) if (!ofDevice.includes(name)) await end(name)
      }
      told.push('loads the page again')
      await page.reload()
      for (const name of going) if (['storage is full', 'transactions abort', 'transactions hang', 'the database does not open'].includes(name)) await (faults[name] as Fault).begin(world)
      await open()
    }

    // Each fault is met while the page works, and then, if it is the device's, while nothing else would keep anything.
    const script: (() => Promise<void> | void)[] = [
      () => write(world),
      () => begin(first),
      () => write(world),
      () => writeElsewhere(world),
      ...(ofDevice.includes(first) ? [() => begin('the network is down'), () => write(world), () => write(world), () => saysWhere(page)] : []),
    ]
    const may: (() => Promise<void> | void)[] = [
      () => write(world),
      () => write(world),
      () => writeElsewhere(world),
      () => begin(faultNames[pick(faultNames.length)]!),
      () => begin(faultNames[pick(faultNames.length)]!),
      () => begin('the network is down'),
      async () => {
        const [name] = [...going].slice(pick(going.size || 1))
        if (name) await end(name)
      },
      reloads,
    ]
    for (let i = script.length; i < steps; i++) script.push(() => may[pick(may.length)]!())
    const began = performance.now()
    for (const [i, step] of script.entries()) {
      if (wrong.length > 4) break
      told.push(`step ${i + 1}`)
      await step()
      await look()
    }

    if (wrong.length <= 4) {
      for (const name of going) await end(name)
      proxy.frozen = false
      await page.evaluate(() => void dispatchEvent(new Event('online')))
      // However it was interrupted: everything arrives, both ways.
      const arrived = await page.waitForFunction(() => document.querySelector('.state-line p[data-is="saved"]') !== null, undefined, { timeout: 45_000 }).catch(() => undefined)
      await peer.saved()
      const there = await world.onServer()
      const missing = [...world.mine, ...world.theirs].filter(each => !there.includes(each))
      if (missing.length) wrong.push(`in the end ${missing.length} of ${world.mine.length + world.theirs.length} are not on the server; the page says “${(await lineOn(page))?.text}”`)
      else if (!arrived) wrong.push(`in the end the page still says “${(await lineOn(page))?.text}”`)
      else if (!world.byHand) {
        const here = await page
          .waitForFunction(texts => {
            const board = JSON.stringify(window.manyfutures!.snapshot().canvas)
            return texts.every(each => board.includes(each))
          }, [...world.mine, ...world.theirs], { timeout: 20_000 })
          .catch(() => undefined)
        if (!here) wrong.push('in the end the page does not show what the server has')
      }
    }
    const most = mostJoins(performance.now() - began, steps)
    if (proxy.joins > most) wrong.push(`it asked ${proxy.joins} times to come in, and ${Math.round(most)} would be many`)
  } catch (error) {
    wrong.push(`it broke off: ${String(error).slice(0, 400)}`)
  } finally {
    peer.leave()
    await somebody.leave()
    await proxy.close()
  }
  return { seed, told, wrong }
}
