import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

/*
 * Loaded before the server (`node --import`), in plain JavaScript: what Node made of our TypeScript is kept, so that the next start
 * is quicker and no thread has to hold the compiler. Where the folder cannot be written, everything works without.
 */

enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'))
