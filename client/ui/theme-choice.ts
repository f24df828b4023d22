import { keepHere, readKept } from '../kept.ts'

/** Light, dark, or what the system says. Kept on this device. */
export type ThemeChoice = 'system' | 'light' | 'dark'

const name = 'manyfutures:theme'
const listeners = new Set<(choice: ThemeChoice) => void>()

export function preferredTheme(): ThemeChoice {
  const stored = readKept('device', name)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

export function chooseTheme(choice: ThemeChoice): void {
  keepHere('device', name, choice)
  applyTheme(choice)
  for (const listener of listeners) listener(choice)
}

export function applyTheme(choice: ThemeChoice = preferredTheme()): void {
  if (choice === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = choice
}

export function listenToTheme(listener: (choice: ThemeChoice) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
