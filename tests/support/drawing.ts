import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import { decompress } from 'wawoff2'

/* Drawings as a program shows them that has no browser in it: resvg, with our own letters and no others. */

const top = join(import.meta.dirname, '../..')
const fonts = [
  ['source-sans-3', 'source-sans-3-latin-wght-normal'],
  ['literata', 'literata-latin-wght-normal'],
  ['literata', 'literata-latin-wght-italic'],
] as const

/** The fonts as files resvg reads. */
async function fontFiles(): Promise<string[]> {
  const folder = join(top, 'tests/out/fonts')
  mkdirSync(folder, { recursive: true })
  const paths: string[] = []
  for (const [name, file] of fonts) {
    const path = join(folder, `${file}.ttf`)
    if (!existsSync(path)) writeFileSync(path, await decompress(readFileSync(join(top, 'node_modules/@fontsource-variable', name, 'files', `${file}.woff2`))))
    paths.push(path)
  }
  return paths
}

export interface Rendered {
  readonly width: number
  readonly height: number
  /** Red, green, blue and alpha of each point, row by row. */
  readonly pixels: Uint8Array
  readonly png: Uint8Array
}

export async function render(svg: string, width: number): Promise<Rendered> {
  const image = new Resvg(svg, { fitTo: { mode: 'width', value: width }, font: { loadSystemFonts: false, fontFiles: await fontFiles(), defaultFontFamily: 'Source Sans 3' } }).render()
  return { width: image.width, height: image.height, pixels: image.pixels, png: image.asPng() }
}

/** The colour at a point, as the style sheet says it. */
export const colourAt = ({ width, pixels }: Rendered, x: number, y: number): string => `#${[...pixels.subarray(4 * (Math.round(y) * width + Math.round(x))).subarray(0, 3)].map(part => part.toString(16).padStart(2, '0')).join('')}`.toUpperCase()

/** How many points differ between two pictures of one size. */
export function differing(a: Rendered, b: Rendered): number {
  let count = 0
  for (let i = 0; i < a.pixels.length; i += 4) if (a.pixels[i] !== b.pixels[i] || a.pixels[i + 1] !== b.pixels[i + 1] || a.pixels[i + 2] !== b.pixels[i + 2]) count++
  return count
}
