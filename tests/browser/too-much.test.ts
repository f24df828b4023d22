import { expect, test } from 'vitest'
import { recordsOf } from '../../shared/board.ts'
import { mostValueBytes } from '../../shared/document/stored.ts'
import { stockClient } from '../support/client.ts'
import { joinAs, makeBoard, removeFolder, startServer } from '../support/server.ts'
import { stage } from '../support/stage.ts'
import { change, joined, putCard, remove, saved } from '../support/visitor.ts'

/* More than a server takes. */

const on = stage()

test('[S41] what is more than a board takes goes back with a sentence, and everything else is saved', async () => {
  const own = await startServer({ MAX_RECORDS: '3' })
  const board = await makeBoard(own.url)
  const ana = await joined(on.browser, board, 'Ana')
  for (const id of ['a', 'b', 'c', 'd']) await putCard(ana, id, { text: id })
  await ana.page.getByText('This board is full, so that was not kept.').waitFor()
  await ana.page.waitForFunction(() => window.manyfutures!.editor.getCurrentPageShapeIds().size === 3)
  await saved(ana.page)

  // In place of one that goes there is room again; it is as large as may be.
  await remove(ana, 'c')
  await ana.page.waitForFunction(() => window.manyfutures!.editor.getCurrentPageShapeIds().size === 2)
  await putCard(ana, 'e', { text: 'e' })
  await ana.page.evaluate(letters => {
    const { editor } = window.manyfutures!
    const text = 'é'.repeat(letters)
    editor.updateShape({ id: 'shape:a' as never, type: 'card', props: { fields: { actor: text } } } as never)
    editor.updateShape({ id: 'shape:b' as never, type: 'card', x: 555 } as never)
  }, mostValueBytes / 2 + 1)
  await ana.page.getByText('That is more than a board holds in one piece, so it was not kept.').waitFor()
  await change(ana, 'a', { x: 444 })
  await saved(ana.page)

  const reader = stockClient(own.url, board.id, (await joinAs(own.url, board, 'observer', 'Reader')).ticket)
  await reader.synced()
  const records = recordsOf(reader.doc)
  expect([...records.keys()].sort()).toEqual(['a', 'b', 'e'])
  expect([...(records.get('a')?.keys() ?? [])]).not.toContain('f.actor')
  expect([records.get('a')?.get('place'), records.get('b')?.get('place')]).toEqual([expect.arrayContaining([444]), expect.arrayContaining([555])])
  expect(await ana.page.evaluate(() => (window.manyfutures!.editor.getShape('shape:a' as never)?.props as { fields: Record<string, unknown> } | undefined)?.fields['actor'])).toBeUndefined()
  expect(ana.complaints).toEqual([])
  reader.leave()
  await ana.leave()
  await own.stop()
  removeFolder(own.folder)
})
