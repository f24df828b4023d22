import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { restoreSaid, StoreError } from './faults.ts'
import { assetFolder, obstacleIn, storeFiles } from './files.ts'
import { isPictureHash } from '../../shared/pictures.ts'

/**
 * Whether there is a store in a folder. Throws where it cannot be used, and where there was one and it is gone: nothing empty takes its
 * place. `again` says that a server ran there a moment ago, so that there must be one.
 */
export function hasStore(folder: string, { write, again }: { readonly write: boolean; readonly again: boolean }): boolean {
  const obstacle = obstacleIn(folder, write)
  if (obstacle !== undefined) throw new StoreError(obstacle)
  const path = join(folder, storeFiles.database)
  const size = sizeOf(path)
  if (size > 0) return true
  if (size === 0) throw new StoreError(`${path} is empty. ${restoreSaid} If no boards were ever kept here, remove it.`)
  const rest = whatIsLeft(folder)
  if (rest !== undefined) throw new StoreError(`${path} is gone, and ${rest} in ${folder} says that boards were kept there. Put it back, or move the folder aside and restore a backup.`)
  if (again) throw new StoreError(`There are no boards in ${folder} any more: the folder was removed or emptied while the server ran. Put it back, or restore a backup, and start again.`)
  return false
}

/** Bytes of a file; less than none where there is no such file. */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? -1

/** What tells that there was a store, although its database is gone. */
function whatIsLeft(folder: string): string | undefined {
  if (sizeOf(folder) < 0) return undefined
  if (sizeOf(join(folder, storeFiles.position)) >= 0) return storeFiles.position
  if (sizeOf(join(folder, storeFiles.wal)) > 0) return storeFiles.wal
  // What npm run backup makes: a folder to restore from, not to work in.
  if (sizeOf(join(folder, 'manifest.json')) >= 0) return 'manifest.json'
  const pictures = join(folder, assetFolder)
  const isPicture = (name: string): boolean => isPictureHash(name.split(/[/.\\]/).find(part => part.length === 64) ?? '')
  return sizeOf(pictures) >= 0 && readdirSync(pictures, { recursive: true, encoding: 'utf8' }).some(isPicture) ? `${assetFolder}/` : undefined
}
