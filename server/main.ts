import { fileURLToPath } from 'node:url'
import { serve } from './serve.ts'

/*
 * Starts a server; the only file here that acts when it is imported. It hands over to a parent that starts the server and starts it again
 * when a fault ended it: a program that ended cannot. With `--alone`, and where there is no such parent, it serves by itself.
 */

const parent = fileURLToPath(new URL('./parent.sh', import.meta.url))
const { execve } = process as { execve?: typeof process.execve }
const isChild = process.env['MANYFUTURES_PARENT'] !== undefined

if (!isChild && !process.argv.includes('--alone') && execve && process.platform !== 'win32') {
  // In place of this program, so that whoever started it knows it by the same number, and its signals reach it.
  execve('/bin/sh', ['sh', parent, process.execPath, ...process.execArgv, ...process.argv.slice(1)], process.env)
} else await serve()
