/** Lets the browser ask whether a page may be closed while something is nowhere else. `onlyHere` counts it. */
export function askBeforeClosing(onlyHere: () => number): () => void {
  const closing = (event: BeforeUnloadEvent): void => {
    if (onlyHere() > 0) event.preventDefault()
  }
  addEventListener('beforeunload', closing)
  return () => removeEventListener('beforeunload', closing)
}
