/** Light, dark, or what the system says. Kept on this device. */
export type ThemeChoice = 'system' | 'light' | 'dark'

const name = 'manyfutures:theme'
const listeners = new Set<(choice: ThemeChoice) => void>()

export function preferredTheme(): ThemeChoice {
  try {
    const stored = localStorage.getItem(name)
    return stored === 'light' || stored === 'dark' ? stored : 'system'
  } catch {
    return 'system' // Storage is off; the system's choice is a good one.
  }
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    localStorage.setItem(name, choice)
  } catch {
    // Storage is off: the choice holds until the page is closed.
  }
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
