import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseBoardFile } from '../shared/file.ts'
import { exportFileName, exportNames } from '../shared/export/formats.ts'
import { readFile } from '../shared/export/reading.ts'
import { writers } from '../shared/export/writers.ts'

/* `node scripts/make-examples.ts`: writes the example board in every format anew, from its board file. To be run when a format changes; then look at what changed. */

const folder = join(import.meta.dirname, '../docs/examples')
const reading = readFile(parseBoardFile(JSON.parse(readFileSync(join(folder, 'example.json'), 'utf8'))))
for (const name of exportNames) writeFileSync(join(folder, exportFileName('example', name)), writers[name](reading))
process.stdout.write(`${exportNames.length} files are in docs/examples\n`)
