import { writeFileSync } from 'node:fs'

/* Run as a process: says its number in the file it is told, and never ends by itself. */

writeFileSync(process.argv[2] ?? '', String(process.pid))
setInterval(() => undefined, 60_000)
