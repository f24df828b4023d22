/** What this tab noted under a name; nothing where site data is blocked, where to look alone would throw. */
export function recall(name: string): string | null {
  try {
    return sessionStorage.getItem(name)
  } catch {
    return null // Blocked: nothing is noted.
  }
}

export function note(name: string, value: string): void {
  try {
    sessionStorage.setItem(name, value)
  } catch {
    // Blocked or full: it is asked again the next time.
  }
}
