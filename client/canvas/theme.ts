import { DEFAULT_THEME, type TLTheme } from 'tldraw'

/** What the tool draws over the map is overprinted in magenta; tldraw paints it on a canvas, where style sheets do not reach. */
const over = { light: '#AD0F74', dark: '#FF8CCB' } as const
const paper = { light: '#FFFFFF', dark: '#24081A' } as const

const overprinted = (mode: 'light' | 'dark') => ({
  ...DEFAULT_THEME.colors[mode],
  selectionStroke: over[mode],
  selectionFill: `${over[mode]}22`,
  selectedContrast: paper[mode],
  snap: over[mode],
  brushStroke: `${over[mode]}88`,
  brushFill: `${over[mode]}18`,
  laser: over[mode],
})

export const theme: TLTheme = { ...DEFAULT_THEME, colors: { ...DEFAULT_THEME.colors, light: overprinted('light'), dark: overprinted('dark') } }
