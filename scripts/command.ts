import { ConfigError } from '../server/config.ts'
import { BackupError } from '../server/storage/backup.ts'
import { StoreError } from '../server/storage/faults.ts'

/** Runs a command for whoever hosts: says how it went in a sentence, and ends with 1 where it did not go. */
export async function command(work: () => Promise<string>): Promise<void> {
  try {
    process.stdout.write(`${await work()}\n`)
  } catch (error) {
    // What the system or the arguments refuse comes with a code and says which file or option; everything else is a mistake of ours.
    if (error instanceof BackupError || error instanceof StoreError || error instanceof ConfigError || (error instanceof Error && 'code' in error)) process.stderr.write(`${error.message}\n`)
    else throw error
    process.exitCode = 1
  }
}

/** `1 board`, `2 boards`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
