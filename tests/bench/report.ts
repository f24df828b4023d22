import { readdirSync, readFileSync } from 'node:fs'

/* What the parts of the bench share: rows of a table, and what processes hold. Memory is read from /proc, so on Linux only. */

export const rounds = Number(process.env['ROUNDS'] ?? 5)

export const mb = (kb: number): string => `${Math.round(kb / 1_000)} MB`
export const ms = (value: number): string => `${Math.round(value)} ms`
export const row = (...cells: string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`)
export const head = (...cells: string[]): void => {
  row(...cells)
  row(...cells.map(() => '---'))
}

/** The middle one of several figures. */
export const median = (figures: readonly number[]): number => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN

export const kbOf = (pid: number, name: 'VmHWM' | 'VmRSS'): number => {
  try {
    return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0 // It has ended.
  }
}

/** Processes whose parent is this one. */
export const childrenOf = (parent: number): number[] =>
  readdirSync('/proc').flatMap(name => {
    try {
      return /^\d+$/.test(name) && Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]) === parent ? [Number(name)] : []
    } catch {
      return []
    }
  })

/** The server that this process started last. */
export function serverPid(): number {
  const pid = childrenOf(process.pid).findLast(child => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('server/main.ts'))
  if (pid === undefined) throw new Error('The server is not where /proc says; this bench needs Linux.')
  return pid
}

/** The most that processes beside the server, and all together, hold while something is done. */
export async function watched<T>(pid: number, work: () => Promise<T>): Promise<{ readonly done: T; readonly ms: number; readonly beside: number; readonly together: number }> {
  let [beside, together] = [0, 0]
  const watching = setInterval(() => {
    const now = childrenOf(pid).map(child => kbOf(child, 'VmRSS')).reduce((sum, kb) => sum + kb, 0)
    beside = Math.max(beside, now)
    together = Math.max(together, now + kbOf(pid, 'VmRSS'))
  }, 10)
  const begun = performance.now()
  try {
    const done = await work()
    return { done, ms: performance.now() - begun, beside, together }
  } finally {
    clearInterval(watching)
  }
}
