const steps = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dated = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

/** When something was, for people: “14:32, 3 minutes ago”; the day as well where it is another one. */
export function ago(at: number, now: number): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString()
  const [unit, ms] = steps.find(([, each]) => now - at >= each) ?? ['minute', 60_000]
  const passed = Math.floor(Math.max(0, now - at) / ms)
  return `${(isToday ? clock : dated).format(at)}, ${passed === 0 ? 'a moment ago' : words.format(-passed, unit)}`
}
