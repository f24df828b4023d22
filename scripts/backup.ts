import { parseArgs } from 'node:util'
import { readConfig } from '../server/config.ts'
import { backUp, BackupError } from '../server/storage/backup.ts'
import { command, counted } from './command.ts'

/* `npm run backup -- <folder>`: copies DATA_DIR while the server goes on. */

await command(async () => {
  const [to, ...more] = parseArgs({ allowPositionals: true }).positionals
  if (to === undefined || more.length) throw new BackupError('Say where to: npm run backup -- backups/monday')
  const { boards, files, damaged } = await backUp(readConfig(process.env).dataDir, to)
  const megabytes = (files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1)
  const left = damaged.length ? ` Left out, because on the disk they are no longer what they were: ${damaged.join(', ')}.` : ''
  return `${counted(boards, 'board')} and ${counted(files.length - 1, 'picture')} are in ${to}, ${megabytes} MB, checked. Keep it on another disk, and as closed to others as the server itself.${left}`
})
