import type { Colour } from './cards/card.ts'

/** Colours of paper and ink for drawings made outside the style sheet; `tests/theme.test.ts` holds them equal to `tokens.css`. */
export const tokens = {
  table: ['#EDF1F0', '#0E151B'],
  paper: ['#FAFBF8', '#151D25'],
  sheet: ['#FFFFFF', '#1D2730'],
  'water-1': ['#D6E4E7', '#1B2F3A'],
  'water-2': ['#DFEAEB', '#172731'],
  'water-3': ['#E7EEEE', '#131F28'],
  ink: ['#14202B', '#EDF0EC'],
  'ink-2': ['#43515D', '#B4C0C8'],
  'ink-3': ['#58656F', '#98A6B0'],
  hairline: ['#CBD3D3', '#33414C'],
  edge: ['#7C8990', '#71818C'],
  over: ['#AD0F74', '#FF8CCB'],
  'on-over': ['#FFFFFF', '#24081A'],
  'on-kind': ['#FFFFFF', '#0E151B'],
  'val-up': ['#1F5FA8', '#7FB5F7'],
  'val-down': ['#B0480E', '#FF9E66'],
  'sector-1': ['#1F5FA8', '#7FB5F7'],
  'sector-2': ['#8F5B00', '#EDBB55'],
  'sector-3': ['#0E7357', '#5FCBA8'],
  'sector-4': ['#75408A', '#D4A0E8'],
  'sector-5': ['#A93A26', '#FF9B86'],
  'sector-6': ['#43515D', '#B4C0C8'],
  'sector-7': ['#2B7486', '#77C3D3'],
  'sector-8': ['#6C5A2C', '#CDBB86'],
} as const satisfies Record<string, Colour>

export type Token = keyof typeof tokens
