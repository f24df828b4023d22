/** Waits for something, but no longer than that. */
export async function within(ms: number, something: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([something, new Promise<void>(done => (timer = setTimeout(done, ms)))])
  clearTimeout(timer)
}
