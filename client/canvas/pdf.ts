import { concatTransformationMatrix, drawObject, PDFDocument, PDFName, popGraphicsState, pushGraphicsState } from 'pdf-lib'
import { type Paper, papers } from './papers.ts'
import type { Drawn } from './picture.ts'

/** What a good printer shows. */
const dotsPerInch = 300
/** Millimetres that printers leave white. */
const edge = 8
/** Most pixels drawn at once, so that a telephone can make a poster. */
const strip = 6e6

const points = (mm: number): number => (mm / 25.4) * 72
const dots = (mm: number): number => (mm / 25.4) * dotsPerInch

/**
 * One page with the picture as large as it can be, lying or upright as suits it. It is drawn at 300 dots an inch and kept without
 * loss: letters of every script are as on the board, which no font inside the file could promise.
 */
export async function pdfOf(drawn: Drawn, paper: Paper, about: { title: string; made: Date }, progress: (part: number) => void, signal: AbortSignal): Promise<Blob> {
  const [short, long] = papers[paper]
  const [width, height] = drawn.w >= drawn.h ? [long, short] : [short, long]
  const scale = Math.min((width - 2 * edge) / drawn.w, (height - 2 * edge) / drawn.h)
  const [w, h] = [drawn.w * scale, drawn.h * scale]
  const pdf = await PDFDocument.create()
  pdf.setTitle(about.title, { showInWindowTitleBar: true })
  pdf.setCreator('Manyfutures')
  pdf.setCreationDate(about.made)
  pdf.setModificationDate(about.made)
  const page = pdf.addPage([points(width), points(height)])
  const [columns, rows] = [Math.round(dots(w)), Math.round(dots(h))]
  const image = await imageOf(drawn)
  const most = Math.max(1, Math.floor(strip / columns))
  for (let top = 0, nth = 0; top < rows; top += most, nth++) {
    signal.throwIfAborted()
    const lines = Math.min(most, rows - top)
    const stream = pdf.context.stream(await strippedPixels(image, { columns, rows, top, lines }), { Type: 'XObject', Subtype: 'Image', Width: columns, Height: lines, ColorSpace: 'DeviceRGB', BitsPerComponent: 8, Filter: 'FlateDecode' })
    const name = PDFName.of(`Strip${nth}`)
    page.node.setXObject(name, pdf.context.register(stream))
    const [x, y] = [(width - w) / 2, (height + h) / 2 - ((top + lines) / rows) * h]
    page.pushOperators(pushGraphicsState(), concatTransformationMatrix(points(w), 0, 0, points((lines / rows) * h), points(x), points(y)), drawObject(name), popGraphicsState())
    progress((top + lines) / rows)
  }
  return new Blob([(await pdf.save()) as Uint8Array<ArrayBuffer>], { type: 'application/pdf' })
}

/** The picture as the browser draws it. From a blob: address it would be another host's, and its pixels closed to the page. */
async function imageOf({ svg }: Drawn): Promise<HTMLImageElement> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  return image
}

/** Some rows of the picture as colours without their opacity, deflated. */
async function strippedPixels(image: HTMLImageElement, { columns, rows, top, lines }: { columns: number; rows: number; top: number; lines: number }): Promise<Uint8Array> {
  const canvas = Object.assign(document.createElement('canvas'), { width: columns, height: lines })
  const context = canvas.getContext('2d', { alpha: false })
  if (!context) throw new Error('This browser could not draw a page as large. Choose smaller paper.')
  context.drawImage(image, 0, -top, columns, rows)
  const { data } = context.getImageData(0, 0, columns, lines)
  const colours = new Uint8Array(columns * lines * 3)
  for (let i = 0, j = 0; i < data.length; i += 4, j += 3) {
    colours[j] = data[i] as number
    colours[j + 1] = data[i + 1] as number
    colours[j + 2] = data[i + 2] as number
  }
  const deflated = new Blob([colours]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(deflated).arrayBuffer())
}
