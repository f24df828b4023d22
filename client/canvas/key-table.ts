/** Where a key does what it says. */
export type Where = (typeof places)[number]
export const places = ['Anywhere', 'On the map', 'With one card', 'With several cards', 'With a relation', 'With a structure', 'While writing'] as const

interface Key {
  readonly where: Where
  /** What is pressed, as `Shift+R`. */
  readonly press: readonly string[]
  readonly what: string
  /** How the keys are called, where there are too many to list. */
  readonly says?: string
  /** Who listens: `canvas/keys.ts` where nothing is said, tldraw or the text field itself otherwise. */
  readonly by?: 'tldraw' | 'field'
}

const arrows = ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown']

/** Every key. The map listens by this table, and the sheet of keys lists it. */
export const keys = {
  quickAdd: { where: 'Anywhere', press: ['N'], what: 'Write a new card' },
  help: { where: 'Anywhere', press: ['?'], what: 'This list' },
  undo: { where: 'Anywhere', press: ['Ctrl+Z', 'Ctrl+Shift+Z'], what: 'Undo and redo your own work', by: 'tldraw' },
  paste: { where: 'Anywhere', press: ['Ctrl+V'], what: 'Paste cards, a text, a list or a table', by: 'tldraw' },

  enter: { where: 'On the map', press: ['Enter'], what: 'With nothing selected, select the first card or structure' },
  adjacent: { where: 'On the map', press: ['Shift+Tab'], what: 'The card before this one, as one reads', by: 'tldraw' },
  cancel: { where: 'On the map', press: ['Escape'], what: 'Let go', by: 'tldraw' },
  remove: { where: 'On the map', press: ['Delete'], what: 'Remove what is selected', by: 'tldraw' },
  copy: { where: 'On the map', press: ['Ctrl+C', 'Ctrl+X', 'Ctrl+D'], what: 'Copy, for this board or another; cut; double', by: 'tldraw' },
  all: { where: 'On the map', press: ['Ctrl+A'], what: 'Select everything', by: 'tldraw' },
  tools: { where: 'On the map', press: ['V', 'H', 'A', 'D', 'T', 'E'], what: 'Select, move the map, relate, draw, write, erase', by: 'tldraw' },
  zoom: { where: 'On the map', press: ['Shift+1', 'Shift+2'], what: 'See everything; see the selection', by: 'tldraw' },
  pan: { where: 'On the map', press: ['Space'], what: 'Hold to move the map', by: 'tldraw' },

  child: { where: 'With one card', press: ['Tab'], what: 'Add what follows; on a timeline, what had to be true before' },
  sibling: { where: 'With one card', press: ['Enter'], what: 'Add another beside it' },
  write: { where: 'With one card', press: ['F2'], what: 'Write on it' },
  walk: { where: 'With one card', press: [...arrows, ...arrows.map(arrow => `Alt+${arrow}`)], says: '← ↑ → ↓', what: 'Walk to the related card that lies that way; without one, move it a little' },
  panel: { where: 'With one card', press: ['I'], what: 'To its panel: scores, date, cell, relations; Esc comes back' },
  nudge: { where: 'With one card', press: arrows.map(arrow => `Shift+${arrow}`), says: 'Shift ← ↑ → ↓', what: 'Move it by 10', by: 'tldraw' },

  join: { where: 'With several cards', press: ['R'], what: 'Relate the first of two to the second' },

  choose: { where: 'With a relation', press: ['1', '2', '3', '4', '5', '6', '7'], says: '1 to 7', what: 'Choose its kind, as the panel lists them' },
  turn: { where: 'With a relation', press: ['Shift+R'], what: 'Turn it round' },

  begin: { where: 'With a structure', press: ['Tab', 'Enter'], what: 'Begin it, or add the next card' },
  structurePanel: { where: 'With a structure', press: ['I'], what: 'To its panel: poles, your own place, lanes, rings; Esc comes back' },

  done: { where: 'While writing', press: ['Enter', 'Escape'], what: 'Finish; the card stays selected', by: 'field' },
  line: { where: 'While writing', press: ['Shift+Enter'], what: 'A new line', by: 'field' },
  next: { where: 'While writing', press: ['Tab'], what: 'Finish, and add what follows', by: 'field' },
} as const satisfies Record<string, Key>

export type KeyName = keyof typeof keys
/** The keys that `canvas/keys.ts` listens for. */
export type OurKey = { [Name in KeyName]: (typeof keys)[Name] extends { readonly by: string } ? never : Name }[KeyName]

const table: Readonly<Record<string, Key>> = keys

/** The rows of the sheet: what to press, as people write it, and what it does. */
export const rowsOf = (where: Where): readonly (readonly [keys: readonly string[], what: string])[] =>
  Object.values(table)
    .filter(key => key.where === where)
    .map(key => [key.says ? [key.says] : key.press.map(press => press.replaceAll('+', ' ').replace('Escape', 'Esc')), key.what])

/** Which of our keys a combination is, at a place. */
export const keyFor = (where: Where, pressed: string): OurKey | undefined =>
  Object.entries(table).find(([, key]) => key.where === where && !key.by && key.press.includes(pressed))?.[0] as OurKey | undefined
