interface SourceFormat {
  readonly title: string
  readonly extensions: readonly string[]
  /** In a sentence, what becomes of it; nothing where a board comes back as it was. */
  readonly becomes?: string
}

/** Every kind of file that boards are made from. */
export const sourceFormats = {
  board: { title: 'board file', extensions: ['json'] },
  tldraw: { title: 'tldraw file', extensions: ['tldr'], becomes: 'Sticky notes become cards of the kind Note, arrows between two of them become relations. Everything else stays the drawing it is.' },
  canvas: { title: 'JSON Canvas', extensions: ['canvas'], becomes: 'Texts become cards, of the kind their first line names; links become signals with their source, groups become frames, lines become relations.' },
  table: { title: 'table', extensions: ['csv', 'tsv', 'tab', 'txt'], becomes: 'A row becomes a card.' },
} as const satisfies Record<string, SourceFormat>

export type FormatName = keyof typeof sourceFormats

/** For a file chooser, as its `accept` is written. */
export const accepted: string = [...Object.values<SourceFormat>(sourceFormats).flatMap(({ extensions }) => extensions.map(each => `.${each}`)), 'application/json', 'text/csv', 'text/tab-separated-values'].join()

/** Whether a file may be one of these by its name or type; what it is in truth is found out by reading it. */
export const mayBeSource = ({ name, type }: { readonly name: string; readonly type: string }): boolean =>
  Object.values<SourceFormat>(sourceFormats).some(({ extensions }) => extensions.includes(extensionOf(name))) || /json|csv|tab-separated/.test(type)

/** The end of a file's name, in small letters and without its dot. */
export const extensionOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
