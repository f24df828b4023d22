import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { readBoard } from '../../shared/board.ts'
import { stockClient, until } from '../support/client.ts'
import { underFaults } from '../support/device-faults.ts'
import { someone } from '../support/people.ts'
import { joinAs, makeBoard } from '../support/server.ts'
import { pictures, stage } from '../support/stage.ts'
import { away, back, boardIsOpen, joined, putCard, saved, type Visitor } from '../support/visitor.ts'

/* What a device keeps, and what a page says and asks of it. */

const on = stage()

const says = (page: Page, what: RegExp) => page.locator('.state-line p[data-is]', { hasText: what }).waitFor()
const asks = (page: Page) =>
  page.evaluate(() => {
    const event = new Event('beforeunload', { cancelable: true })
    dispatchEvent(event)
    return event.defaultPrevented
  })

test('[Y63] closing is questioned while something is only in the page, and not while it is saved or kept', async () => {
  const board = await makeBoard(on.server.url)
  const ana = await joined(on.browser, board, 'Ana')
  const { page } = ana
  await page.evaluate(underFaults)
  await saved(page)
  expect(await asks(page)).toBe(false)
  await away(ana)
  await putCard(ana, 'kept')
  await says(page, /Offline\. Keep working; \d+ changes? kept on this device will be sent\./)
  expect(await asks(page)).toBe(false)
  // What has just been done on the map counts, though it is on its way.
  await page.evaluate(() => void (window.faults!.storage = 'full'))
  await putCard(ana, 'here')
  expect(await asks(page)).toBe(true)
  await says(page, /Offline\. Keep this page open; \d+ changes? will be sent\./)
  expect(await asks(page)).toBe(true)
  // Saved, and nothing kept: it is said, and nothing would be lost.
  await back(ana)
  await says(page, /Saved\. This device keeps no copy\./)
  await page.screenshot({ path: join(pictures, 'keeps-no-copy.png') })
  expect(await asks(page)).toBe(false)
  // There is room again: the device keeps all of it once more, without being asked.
  await page.evaluate(() => void (window.faults!.storage = 'works'))
  await says(page, /^Saved$/)
  await away(ana)
  await putCard(ana, 'kept again')
  await says(page, /1 change kept on this device/)
  expect(await asks(page)).toBe(false)
  await ana.leave()
})

test('[Y64] a tab that is done says nothing of another one’s changes, and takes up what that one left', async () => {
  const board = await makeBoard(on.server.url)
  const first = await joined(on.browser, board, 'Ana')
  const peer = stockClient(on.server.url, board.id, (await joinAs(on.server.url, board, 'observer', 'Ben')).ticket)
  await peer.synced()
  const second: Visitor = { ...first, page: await first.page.context().newPage() }
  await second.page.goto(first.page.url())
  await boardIsOpen(second.page)
  await Promise.all([saved(first.page), saved(second.page)])
  await away(first)
  for (const id of ['one', 'two', 'three']) {
    await putCard(first, id)
    await first.page.evaluate(() => window.manyfutures!.board.binding.flush())
  }
  await says(first.page, /\d+ changes kept on this device/)
  // The other tab writes, is saved, and counts for itself.
  await putCard(second, 'four')
  await saved(second.page)
  await until(peer.doc, () => readBoard(peer.doc).cards.has('four' as never))
  expect([...readBoard(peer.doc).cards.keys()]).toEqual(['four'])
  await says(first.page, /\d+ changes kept on this device/)
  await first.page.close()
  await second.page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')))
  await until(peer.doc, () => readBoard(peer.doc).cards.size === 4)
  await saved(second.page)
  // And whoever comes next finds nothing left to send.
  await second.page.reload()
  await boardIsOpen(second.page)
  await saved(second.page)
  await away(second)
  await says(second.page, /Offline\. Keep working; changes will be sent\./)
  peer.leave()
  await second.leave()
})

test('[Y61] a copy that an earlier version left is opened, and what it had not sent is sent', async () => {
  const board = await makeBoard(on.server.url)
  const ana = await joined(on.browser, board, 'Ana')
  const { page } = ana
  await saved(page)
  const address = page.url()
  const { participant } = await page.evaluate(() => window.manyfutures!.board.membership)
  expect(participant).not.toBe('')
  await page.goto(`${on.server.url}/healthz`)
  const before = someone()
  before.add('early', 'note', { text: 'Written before' })
  await page.evaluate(
    async ([name, update, count]) => {
      await new Promise(done => indexedDB.deleteDatabase(name).addEventListener('success', done))
      await new Promise<void>(done => {
        const request = indexedDB.open(name)
        request.addEventListener('upgradeneeded', () => {
          request.result.createObjectStore('updates', { autoIncrement: true })
          request.result.createObjectStore('custom')
        })
        request.addEventListener('success', () => {
          const transaction = request.result.transaction('updates', 'readwrite')
          // Damaged rows are no reason to lose the others.
          for (const row of [[1, 2, 3], update, []]) transaction.objectStore('updates').add(Uint8Array.from(row))
          transaction.addEventListener('complete', () => {
            request.result.close()
            done()
          })
        })
      })
      localStorage.setItem(name.replace('manyfutures:', 'manyfutures:unsent:'), count)
    },
    [`manyfutures:${board.id}`, [...Y.encodeStateAsUpdate(before.doc)], '1'] as const,
  )
  const peer = stockClient(on.server.url, board.id, (await joinAs(on.server.url, board, 'observer', 'Ben')).ticket)
  await peer.synced()
  await page.goto(address)
  await boardIsOpen(page)
  await until(peer.doc, () => readBoard(peer.doc).cards.has('early' as never))
  await says(page, /^Saved$/)
  await away(ana)
  await says(page, /Offline\. Keep working; changes will be sent\./)
  peer.leave()
  await ana.leave()
})
