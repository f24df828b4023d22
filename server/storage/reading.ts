import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { BoardId } from '../../shared/ids.ts'
import type { BoardLog } from './log.ts'
import type { PictureFiles } from './picture-files.ts'
import type { Assets, Links, People, Templates } from './register.ts'
import { isBusy, linksOn, logOn, peopleOn, schemaVersion, StoreError } from './sqlite.ts'
import { assetsOn } from './sqlite-assets.ts'
import { templatesOn } from './sqlite-templates.ts'

/** A store to look at, while a server may be at work in it: nothing here can change it. */
export interface StoreReader {
  /** All boards, oldest first. */
  boards(): { readonly id: BoardId; /** Milliseconds since 1970. */ readonly created: number }[]
  readonly log: Pick<BoardLog, 'load' | 'weigh'>
  readonly people: Pick<People, 'all' | 'count'>
  readonly links: Pick<Links, 'all'>
  readonly assets: Pick<Assets, 'get'>
  readonly templates: Pick<Templates, 'get'>
  readonly pictureFiles: Pick<PictureFiles, 'read'>
  close(): void
}

/** Opens the store in a folder for reading; throws a StoreError with a sentence where it cannot be read. */
export function openReader(folder: string): StoreReader {
  const path = join(folder, 'boards.sqlite')
  if (!existsSync(path)) throw new StoreError(`There are no boards in ${folder}. Say with DATA_DIR where they are kept.`)
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  try {
    const { user_version: found } = readable(folder, () => db.prepare('PRAGMA user_version').get()) as { user_version: number }
    if (found > schemaVersion) throw new StoreError(`These boards were kept by a newer version of Manyfutures (store version ${found}; this one knows ${schemaVersion}). Use that version.`)
    if (found < schemaVersion) throw new StoreError(`These boards were kept by an older version of Manyfutures (store version ${found}; this one writes ${schemaVersion}). Start the server once: it brings them up to date.`)
    const all = db.prepare('SELECT id, created FROM board ORDER BY created, id')
    return {
      boards: () => all.all() as unknown as ReturnType<StoreReader['boards']>,
      log: logOn(db),
      people: peopleOn(db),
      links: linksOn(db),
      assets: assetsOn(db),
      templates: templatesOn(db),
      pictureFiles: { read: hash => readFile(join(folder, 'assets', hash)).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : Promise.reject(error))) },
      close: () => db.close(),
    }
  } catch (error) {
    db.close()
    throw error
  }
}

function readable<T>(folder: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (isBusy(error)) throw new StoreError(`The boards in ${folder} are locked just now. Try again in a moment.`, { cause: error })
    throw new StoreError(`The boards in ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}. Restore a backup.`, { cause: error })
  }
}
