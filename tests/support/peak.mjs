/* Loaded into a process before anything else: says on its third pipe how much memory it took at most, in bytes. */
import { writeSync } from 'node:fs'

process.on('exit', () => {
  writeSync(3, String(process.resourceUsage().maxRSS * 1_024))
})
