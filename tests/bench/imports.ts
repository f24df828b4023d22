import { cpus } from 'node:os'
import type { Page } from 'playwright-core'
import { launch } from '../support/chromium.ts'
import { random, runSeed } from '../support/random.ts'
import { makeBoard, removeFolder, type RunningServer, startServer } from '../support/server.ts'
import { joined } from '../support/visitor.ts'
import { head, kbOf, mb, median, ms, rounds, row, serverPid, watched } from './report.ts'

/*
 * What bringing things in costs: `npm run bench -- imports`. Wall time and memory depend on the machine, so this reports and never
 * fails; what must hold everywhere is held by tests. Memory is read from /proc, so on Linux only.
 */

const pick = random(runSeed)
const words = 'public compute opens to small groups while rules for release settle slowly in the open'.split(' ')
const statement = () => Array.from({ length: 6 + pick(10) }, () => words[pick(words.length)]).join(' ')
const kinds = ['signal', 'driver', 'consequence', 'milestone', 'obstacle', 'action', 'question', 'note']

/** A board as an export has it: orders, people and dates with every card. */
function boardOf(cards: number, relations: number): object {
  const across = Math.ceil(Math.sqrt(cards))
  return {
    format: 'manyfutures/board',
    version: 1,
    exported: '2026-11-24T09:00:00.000Z',
    board: { title: `${cards} cards`, sectors: ['Academia', 'Industry'] },
    cards: Array.from({ length: cards }, (_, i) => ({ id: `card${i}`, kind: kinds[pick(kinds.length)], text: statement(), x: (i % across) * 230, y: Math.floor(i / across) * 190, z: `a${i.toString(36).padStart(4, '0')}V`, by: `p${pick(40)}`, at: '2026-09-21T14:13:20Z' })),
    relations: Array.from({ length: relations }, (_, i) => ({ id: `rel${i}`, kind: 'leads', from: `card${pick(cards)}`, to: `card${pick(cards)}`, z: `b${i.toString(36).padStart(4, '0')}V` })).filter(({ from, to }) => from !== to),
    structures: [],
    drawings: [],
    people: Array.from({ length: 40 }, (_, i) => ({ id: `p${i}`, sector: 'Academia' })),
  }
}

/** Sends a body again and again; reports the median time, the most the server held, and the most the process beside it did. */
async function measure(server: RunningServer, pid: number, what: string, body: string, times = rounds): Promise<void> {
  const taken: number[] = []
  let [beside, together, status, detail] = [0, 0, 0, '']
  for (let i = 0; i < times; i++) {
    const sent = await watched(pid, () => fetch(`${server.url}/api/boards`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }))
    taken.push(sent.ms)
    beside = Math.max(beside, sent.beside)
    together = Math.max(together, sent.together)
    status = sent.done.status
    detail = ((await sent.done.json()) as { detail?: string }).detail ?? ''
  }
  row(what, `${(body.length / 2 ** 20).toFixed(1)} MB`, ms(median(taken)), mb(kbOf(pid, 'VmHWM')), mb(beside), mb(together), `${status}${detail && ` ${detail.slice(0, 60)}…`}`)
}

const start = '{"file":{"format":"manyfutures/board","version":1,"board":{"title":"T"},"relations":[],"structures":[],"drawings":[],"people":[],"cards":['

process.stdout.write(`npm run bench -- imports: seed ${runSeed}, ${rounds} rounds, ${cpus().length} × ${cpus()[0]?.model}\n\nThe server, in the order of these rows; memory as the most held so far.\n\n`)
const server = await startServer()
const pid = serverPid()
try {
  head('what is sent', 'size', 'p50', 'server', 'process beside it', 'both at once', 'answer')
  await measure(server, pid, '1,000 cards, 1,000 relations', JSON.stringify({ file: boardOf(1_000, 1_000) }))
  await measure(server, pid, '10,000 cards, 10,000 relations', JSON.stringify({ file: boardOf(10_000, 10_000) }))
  await measure(server, pid, 'millions of empty objects', `${start}],"x":[${'{},'.repeat(21e6)}1]}}`, 1)
  await measure(server, pid, 'a million cards of nothing', `${start}${Array.from({ length: 1_200_000 }, (_, i) => `{"id":"${i.toString(36)}","kind":"n","text":"","x":0,"y":0}`).join()}]}}`, 1)
  await measure(server, pid, 'one text that fills the file', `${start}{"id":"a","kind":"note","x":0,"y":0,"text":"${'ha '.repeat(21e6)}"}]}}`, 1)
} finally {
  await server.stop()
  removeFolder(server.folder)
}

// ---- in a browser

/** Milliseconds from letting a file go over the map until it is said to be there, and the longest the page stood still. */
async function brought(page: Page, file: object, says: string): Promise<[number, number]> {
  return page.evaluate(async ([text, sentence]) => {
    let [longest, last, over] = [0, performance.now(), false]
    const frame = (now: number): void => {
      longest = Math.max(longest, now - last)
      last = now
      if (!over) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([text], 'big.json', { type: 'application/json' }))
    const begun = performance.now()
    const said = new Promise<void>(done => {
      const look = new MutationObserver(() => {
        if (!document.querySelector('.said')?.textContent?.startsWith(sentence)) return
        look.disconnect()
        done()
      })
      look.observe(document.body, { childList: true, subtree: true, characterData: true })
    })
    document.querySelector('.tl-canvas')!.dispatchEvent(new DragEvent('drop', { dataTransfer, clientX: 700, clientY: 400, bubbles: true, cancelable: true }))
    await said
    over = true
    return [performance.now() - begun, longest] as [number, number]
  }, [JSON.stringify(file), says] as const)
}

async function saving(page: Page, as: 'png' | 'pdf'): Promise<number> {
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('menuitem', { name: 'Save as a picture or PDF' }).click()
  const form = page.getByRole('dialog')
  await form.waitFor()
  if (as === 'pdf') await form.getByLabel('PDF page').check()
  else await form.getByLabel('Size').selectOption({ index: 0 })
  const begun = performance.now()
  await Promise.all([page.waitForEvent('download', { timeout: 120_000 }), form.getByRole('button', { name: 'Save' }).click()])
  return performance.now() - begun
}

const again = await startServer()
const browser = await launch()
try {
  const board = await makeBoard(again.url, { title: 'Into this board' })
  const ana = await joined(browser, board, 'Ana', { sector: '' })
  process.stdout.write('\nHeadless Chromium 1440 × 900, server and browser on the same cores.\n\n')
  head('into a board that is open', 'until it is there', 'page stood still for')
  for (const [cards, relations] of [[100, 60], [1_000, 600], [2_000, 1_200]] as const) {
    const [total, longest] = await brought(ana.page, boardOf(cards, relations), `${cards.toLocaleString('en')} cards`)
    row(`${cards.toLocaleString('en')} cards, ${relations.toLocaleString('en')} relations`, ms(total), ms(longest))
    if (cards === 1_000) {
      process.stdout.write(`\nwhat leaves (1,100 cards, 660 relations): PNG at 100 % ${ms(await saving(ana.page, 'png'))}, PDF on A4 ${ms(await saving(ana.page, 'pdf'))}\n\n`)
    }
  }
  if (ana.complaints.length) process.stdout.write(`\nThe page complained:\n${ana.complaints.join('\n')}\n`)
} finally {
  await browser.close()
  await again.stop()
  removeFolder(again.folder)
}
