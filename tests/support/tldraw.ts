import { createTLSchema } from '@tldraw/tlschema'
import { defaultsOf } from '../../shared/defaults.ts'
import type { Json } from '../../shared/json.ts'
import { dataOf, png } from './pictures.ts'

/* Files as tldraw itself writes them. */

type Values = Readonly<Record<string, unknown>>

const words = (text: string): Json => ({ type: 'doc', content: text.split('\n').map(line => ({ type: 'paragraph', ...(line && { content: [{ type: 'text', text: line }] }) })) })

export const shape = (id: string, type: string, { parent = 'page:page', x = 0, y = 0, rotation = 0, index = 'a1', text, ...props }: Values = {}): Values => ({
  id: `shape:${id}`,
  typeName: 'shape',
  type,
  parentId: parent,
  index,
  x,
  y,
  rotation,
  isLocked: false,
  opacity: 1,
  meta: {},
  props: { ...defaultsOf(type), ...(typeof text === 'string' && { richText: words(text) }), ...props },
})

export const arrow = (id: string, from: string | undefined, to: string | undefined, props: Values = {}): Values[] => [
  shape(id, 'arrow', props),
  ...[from, to].flatMap((end, i) => (end === undefined ? [] : [{ id: `binding:${id}${i}`, typeName: 'binding', type: 'arrow', fromId: `shape:${id}`, toId: `shape:${end}`, meta: {}, props: { terminal: i ? 'end' : 'start', normalizedAnchor: { x: 0.5, y: 0.5 }, isExact: false, isPrecise: false, snap: 'none' } }])),
]

export const imageAsset = (id: string, src: string): Values => ({ id: `asset:${id}`, typeName: 'asset', type: 'image', meta: {}, props: { w: 40, h: 20, name: 'secret name.png', isAnimated: false, mimeType: 'image/png', src, fileSize: 100 } })

export const page = (id = 'page', index = 'a1'): Values => ({ id: `page:${id}`, typeName: 'page', name: id, index, meta: {} })

export const tldrawFile = (records: readonly Values[], others: Values = {}): string =>
  JSON.stringify({ tldrawFileFormatVersion: 1, schema: createTLSchema().serialize(), records: [{ id: 'document:document', typeName: 'document', gridSize: 10, name: '', meta: {} }, ...records], ...others })

/** What somebody's retrospective on tldraw looks like: notes, arrows, a frame, drawings and pictures. */
export const retrospective = (): string =>
  tldrawFile([
    page(),
    shape('a', 'note', { text: 'Compute is open', x: 0, y: 0, index: 'a1' }),
    shape('b', 'note', { text: 'Small groups train\nmodels of their own', x: 400, y: 0, index: 'a2', color: 'yellow' }),
    shape('c', 'note', { text: 'Rules lag behind', x: 400, y: 320, index: 'a3' }),
    ...arrow('ab', 'a', 'b', { index: 'a4', text: 'enables' }),
    ...arrow('cb', 'c', 'b', { index: 'a5', text: 'because of lobbying' }),
    shape('box', 'geo', { x: 800, y: 0, w: 160, h: 90, text: 'A box', index: 'a6' }),
    ...arrow('bx', 'b', 'box', { index: 'a7' }),
    shape('frame', 'frame', { x: 0, y: 600, w: 500, h: 300, name: 'Later', index: 'a8' }),
    shape('d', 'note', { parent: 'shape:frame', text: 'In the frame', x: 20, y: 20 }),
    imageAsset('here', dataOf(png(40, 20, 60))),
    imageAsset('there', 'https://pictures.example.org/cat.png'),
    shape('i1', 'image', { x: 800, y: 200, w: 200, h: 100, assetId: 'asset:here', index: 'a9' }),
    shape('i2', 'image', { x: 800, y: 400, w: 200, h: 100, assetId: 'asset:there', index: 'aA' }),
    { ...shape('odd', 'hexagram', { index: 'aB' }) },
    shape('e', 'embed', { x: 1_100, y: 0, url: 'https://www.youtube.com/embed/x', index: 'aC' }),
  ])
