/** A way a board leaves, as people choose it. What writes it is in `writers.ts`, under the same name. */
export interface ExportFormat {
  readonly title: string
  /** What it is for, in a sentence. */
  readonly hint: string
  /** How its file's name ends, behind the board's title. */
  readonly suffix: string
  /** Media type, without the letters it is written in: these are UTF-8. */
  readonly type: string
  /** Whether it holds the pictures that are on the board. */
  readonly pictures?: true
}

/**
 * Every format boards leave in. The HTTP route, the command line, the board's menu and the page for facilitators follow from
 * this table; names are part of addresses and scripts: add them, never rename them.
 */
export const exportFormats = {
  json: { title: 'Board file', hint: 'Everything on the board, to keep, to cite, and to open again here or on another server.', suffix: '.json', type: 'application/json', pictures: true },
  md: { title: 'Report', hint: 'What the group found, in words and tables by method: for the minutes, a document or a wiki.', suffix: '.md', type: 'text/markdown' },
  csv: { title: 'Table of cards', hint: 'A card a row with all its fields: for Excel, LibreOffice or statistics.', suffix: '-cards.csv', type: 'text/csv' },
  'relations.csv': { title: 'Table of relations', hint: 'An arrow a row, from card to card: for counting and joining with the table of cards.', suffix: '-relations.csv', type: 'text/csv' },
  canvas: { title: 'JSON Canvas', hint: 'The map to go on with in Obsidian and other programs that open a .canvas file.', suffix: '.canvas', type: 'application/json' },
  graphml: { title: 'Network', hint: 'Cards and arrows as a graph with typed fields: for Gephi, yEd and network analysis.', suffix: '.graphml', type: 'application/xml' },
  svg: { title: 'Drawing', hint: 'The whole map as a picture that stays sharp at any size: for print, slides and web pages.', suffix: '.svg', type: 'image/svg+xml', pictures: true },
} as const satisfies Record<string, ExportFormat>

export type ExportName = keyof typeof exportFormats

export const exportNames = Object.keys(exportFormats) as ExportName[]

export const isExportName = (name: unknown): name is ExportName => typeof name === 'string' && Object.hasOwn(exportFormats, name)

export const exportFormatOf = (name: ExportName): ExportFormat => exportFormats[name]

/** Why a format cannot be had, with those that can. */
export const noSuchFormat = (name: string): string => `Boards leave as ${exportNames.slice(0, -1).join(', ')} or ${exportNames.at(-1)}, not “${name.slice(0, 40)}”.`

/** A file's name for a board's title, on any system; cut between characters, never inside one. */
export const exportFileName = (title: string, name: ExportName): string => `${[...title.replace(/[^\p{L}\p{M}\p{N} _-]+/gu, ' ').replace(/\s+/g, ' ').trim()].slice(0, 80).join('') || 'board'}${exportFormats[name].suffix}`
