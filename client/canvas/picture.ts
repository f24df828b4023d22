import { Box, type Editor, getSvgAsImage, type TLShapeId } from 'tldraw'
import { must } from '../../shared/assert.ts'
import { pictureStyles } from './picture-styles.ts'

/** What of the board a picture shows: everything, what is selected, or some structure with what is inside of it. */
export type Extent = 'all' | 'selected' | TLShapeId

/** A picture of a board as an SVG that needs nothing from anywhere: letters, styles and pictures are in it. */
export interface Drawn {
  readonly svg: string
  /** Board units: CSS pixels at 100 %. */
  readonly w: number
  readonly h: number
}

/** A line under the picture: the title at the left, the date at the right. */
export interface Caption {
  readonly title: string
  readonly date: string
}

/** Room around what is drawn: names of a wheel's parts and labels of lines reach beyond what they belong to. */
const margin = 64
const captionHeight = 56
/** How much larger a caption may grow so that it can be read below a whole wall of cards. */
const captionScale = (w: number): number => Math.max(1, Math.min(8, w / 1_600))

/** The shapes that belong to an extent, with everything inside of them and the arrows between. */
export function shapesIn(editor: Editor, extent: Extent): TLShapeId[] {
  const chosen = extent === 'all' ? [...editor.getCurrentPageShapeIds()] : extent === 'selected' ? editor.getSelectedShapeIds() : [extent]
  const inside = editor.getShapeAndDescendantIds(chosen)
  const between = editor.getCurrentPageShapes().filter(shape => {
    const ends = shape.type === 'arrow' && !inside.has(shape.id) ? editor.getBindingsFromShape(shape, 'arrow') : []
    return ends.length === 2 && ends.every(end => inside.has(end.toId))
  })
  return [...inside, ...between.map(({ id }) => id)]
}

/** How large a picture of an extent is, in board units; nothing where there is nothing to draw. */
export function sizeOf(editor: Editor, extent: Extent, caption: boolean): { readonly w: number; readonly h: number } | undefined {
  const bounds = boundsOf(editor, shapesIn(editor, extent))
  return bounds && { w: bounds.w, h: bounds.h + (caption ? captionHeight * captionScale(bounds.w) : 0) }
}

function boundsOf(editor: Editor, ids: readonly TLShapeId[]): Box | undefined {
  const all = ids.map(id => editor.getShapePageBounds(id)).filter(bounds => bounds !== undefined)
  return all.length ? Box.Common(all).expandBy(margin) : undefined
}

/** Draws it light, whatever theme the page is in, on tinted paper or the white one that printers have. Throws a sentence where there is nothing to draw. */
export async function draw(editor: Editor, extent: Extent, caption: Caption | undefined, paper: 'tinted' | 'white'): Promise<Drawn> {
  // A card that is being written on would be drawn with its field.
  if (editor.getEditingShapeId()) editor.complete().setEditingShape(null)
  const ids = shapesIn(editor, extent)
  const bounds = boundsOf(editor, ids)
  const [first] = ids
  if (!bounds || !first) throw new Error('There is nothing to draw. Put something on the board, or select something.')
  // tldraw leaves out a frame that is drawn alone; a structure is what it shows.
  const made = must(await editor.getSvgElement(ids.length === 1 ? [first, first] : ids, { bounds, padding: 0, background: false, darkMode: false }), 'tldraw drew nothing of shapes that are there')
  const page = editor.getContainer().ownerDocument
  const foot = caption ? captionHeight * captionScale(bounds.w) : 0
  const [w, h] = [bounds.w, bounds.h + foot]
  const svg = page.createElementNS('http://www.w3.org/2000/svg', 'svg')
  for (const [name, value] of Object.entries({ width: w, height: h, viewBox: `0 0 ${w} ${h}` })) svg.setAttribute(name, String(value))
  const style = page.createElementNS(svg.namespaceURI, 'style')
  const ground = page.createElementNS(svg.namespaceURI, 'rect')
  for (const [name, value] of Object.entries({ width: w, height: h, class: 'mf-paper', ...(paper === 'white' && { 'data-white': '' }) })) ground.setAttribute(name, String(value))
  // tldraw takes its own away again.
  svg.append(style, ground, made.svg.cloneNode(true))
  if (caption) svg.append(captionOf(page, caption, { w, top: bounds.h, height: foot }))
  style.textContent = await pictureStyles(page, svg.textContent ?? '')
  return { svg: new XMLSerializer().serializeToString(svg), w, h }
}

function captionOf(page: Document, { title, date }: Caption, { w, top, height }: { w: number; top: number; height: number }): Element {
  const group = page.createElementNS('http://www.w3.org/2000/svg', 'foreignObject')
  for (const [name, value] of Object.entries({ x: 0, y: top, width: w, height })) group.setAttribute(name, String(value))
  const line = page.createElement('div')
  line.className = 'mf-caption'
  line.style.cssText = `height:${height}px;padding:0 ${margin}px;font-size:${height * 0.4}px`
  for (const words of [title, date]) line.append(Object.assign(page.createElement('span'), { textContent: words }))
  group.append(line)
  return group
}

/** A PNG of a picture, `scale` pixels a board unit; fewer where the browser can make no canvas as large. */
export async function pngOf({ svg, w, h }: Drawn, scale: number): Promise<Blob> {
  const blob = await getSvgAsImage(svg, { type: 'png', width: w, height: h, pixelRatio: scale })
  if (!blob) throw new Error('This browser could not make a picture as large. Choose a smaller size, or a part of the board.')
  return blob
}
