import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../server/config.ts'
import { BackupError, restore } from '../server/storage/backup.ts'
import { command, counted } from './command.ts'

/* `npm run restore -- <backup> [--into <folder>]`: puts a backup into an empty data folder. */

await command(async () => {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { into: { type: 'string' } } })
  const [from, ...more] = positionals
  if (from === undefined || more.length) throw new BackupError('Say which backup: npm run restore -- backups/monday')
  const { dataDir } = readConfig(process.env)
  const into = resolve(values.into ?? dataDir)
  const { boards, made } = await restore(from, into)
  const start = into === dataDir ? 'npm start' : `DATA_DIR=${into} npm start`
  return `${counted(boards, 'board')} of ${made} are in ${into}. Start the server with ${start}: links open as before, and what people did since comes back from their devices.`
})
