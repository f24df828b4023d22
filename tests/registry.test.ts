import { join } from 'node:path'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { createServer, type Plugin, type ViteDevServer } from 'vite'
import * as Y from 'yjs'
import { afterAll, beforeAll, expect, test } from 'vitest'

/*
 * Adding a kind of card or a method is one file and one line in its registry. This adds one of each, in memory, and looks for
 * them everywhere the tables lead to.
 */

const top = join(import.meta.dirname, '..')
const hologram = `
import icon from 'lucide/dist/esm/icons/orbit.mjs'
import { line } from '../fields.ts'
export const hologram = { title: 'Hologram', hint: 'A thing from tomorrow.', icon, color: ['#123456', '#abcdef'], outline: 'square', fields: { glow: line('Glow') } }`
const cone = `
import icon from 'lucide/dist/esm/icons/orbit.mjs'
import { line } from '../fields.ts'
export const cone = { title: 'Cone', hint: 'What could be, and what will hardly be.', empty: 'Begin.', icon, fields: { title: line('Title'), apex: line('Apex') }, defaults: { w: 900, h: 600, title: '', apex: '' } }`

const added: Readonly<Record<string, string>> = { 'shared/cards/hologram.ts': hologram, 'shared/methods/cone.ts': cone }

/** Puts one file and one line into each registry, as a contributor would. */
const registered: Plugin = {
  name: 'registered',
  enforce: 'pre',
  resolveId: (source, importer) => {
    const name = Object.keys(added).find(path => source.endsWith(path.slice(path.lastIndexOf('/'))))
    return name && importer ? join(top, name) : undefined
  },
  load: id => added[id.slice(top.length + 1)],
  transform(code, id) {
    if (id === join(top, 'shared/cards/index.ts')) return `import { hologram } from './hologram.ts'\n${code.replace('  note,\n}', '  note,\n  hologram,\n}')}`
    if (id === join(top, 'shared/methods/index.ts')) return `import { cone } from './cone.ts'\n${code.replace('tension, grid }', 'tension, grid, cone }')}`
    return undefined
  },
}

let vite: ViteDevServer
const load = (path: string) => vite.ssrLoadModule(join(top, path))
beforeAll(async () => {
  vite = await createServer({ configFile: false, root: top, logLevel: 'error', server: { middlewareMode: true, hmr: false, watch: null }, appType: 'custom', optimizeDeps: { noDiscovery: true }, plugins: [registered] })
})
afterAll(() => vite.close())

const nothing = () => undefined

test('[C6] a new kind of card and a new method are in the palette and the help', async () => {
  const { Palette } = await load('client/panels/Palette.tsx')
  const { KindsHelp } = await load('client/panels/KindsHelp.tsx')
  const palette = renderToStaticMarkup(createElement(Palette, { tool: 'select', putting: undefined, takeTool: nothing, putCard: nothing, putStructure: nothing }))
  const help = renderToStaticMarkup(createElement(KindsHelp))
  for (const page of [palette, help]) {
    expect(page).toContain('Hologram')
    expect(page).toContain('Cone')
    expect(page).toContain('Milestone')
  }
  expect(help).toContain('A thing from tomorrow.')
})

test('[C6] … in the inspector, with their fields', async () => {
  const { FieldEditor } = await load('client/panels/FieldEditor.tsx')
  const { fieldsOf } = await load('shared/cards/index.ts')
  const { StructurePanel } = await load('client/panels/StructurePanel.tsx')
  const { methods } = await load('shared/methods/index.ts')
  const fields = (fieldsOf('hologram') as [string, object][]).map(([, field]) => renderToStaticMarkup(createElement(FieldEditor, { field, value: 'blue', disabled: false, change: nothing })))
  expect(fields.join()).toMatch(/Glow.*blue/s)
  const panel = renderToStaticMarkup(createElement(StructurePanel, { method: methods.cone, values: { apex: 'now' }, counts: [], disabled: false, change: nothing, tidy: undefined, add: nothing, remove: nothing, close: nothing }))
  expect(panel).toMatch(/Apex.*now/s)
})

test('[C6] … in the schema, the export, the outline and the preview', async () => {
  const { boardFileSchema, parseBoardFile } = await load('shared/file.ts')
  const { seedDocument } = await load('shared/file-in.ts')
  const { toBoardFile } = await load('shared/file-out.ts')
  const { readBoard } = await load('shared/board.ts')
  const { outlineOf } = await load('shared/outline.ts')
  const { previewOf } = await load('shared/preview.ts')
  const schema = JSON.stringify(boardFileSchema())
  expect(schema).toContain('hologram (glow)')
  expect(schema).toContain('"cone"')

  const doc = new Y.Doc()
  const empty = { format: 'manyfutures/board', version: 1, board: { title: 'T' }, relations: [], drawings: [], people: [] }
  seedDocument(doc, parseBoardFile({ ...empty, structures: [{ id: 's', type: 'cone', x: 0, y: 0, apex: 'now' }], cards: [{ id: 'c', kind: 'hologram', text: 'Hm', in: 's', x: 10, y: 60, glow: 'blue' }] }))
  const file = toBoardFile(doc, [], new Date(0))
  expect(file.cards).toMatchObject([{ kind: 'hologram', glow: 'blue', in: 's' }])
  expect(file.structures).toMatchObject([{ type: 'cone', apex: 'now', w: 900 }])
  const board = readBoard(doc)
  expect([...board.cards.values()][0].fields).toEqual({ glow: 'blue' })
  expect(outlineOf(board).map((entry: { text: string }) => entry.text)).toEqual(['Cone', 'Hm'])
  expect(previewOf(board).marks.map((mark: { is: string }) => mark.is)).toEqual(['frame', 'card'])
})
