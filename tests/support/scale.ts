/** How much longer than usual: `npm run soak` takes what tests do in seconds on for hours. */
const scale = Number(process.env['SOAK'] ?? 1)

/** A number of repetitions, as many times more as this run is longer than a usual one. */
export const times = (usual: number): number => Math.max(1, Math.round(usual * scale))

/** Whether this is a long run, on a machine that does nothing else. */
export const isLong = scale > 1

/** A test's patience in milliseconds, for that many repetitions. */
export const patience = (usual: number): number => usual * Math.max(1, scale)
