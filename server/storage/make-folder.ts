import { constants, existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { storeError } from './faults.ts'
import { obstacleAt, systemSaid } from './files.ts'

const { W_OK, X_OK } = constants

/** Makes a folder where there is none, closed to others. Throws a StoreError where it cannot be made. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw storeError(obstacleAt(nearest(resolve(folder)), 'folder', W_OK | X_OK) ?? systemSaid(folder, error) ?? `${folder} cannot be made: ${error instanceof Error ? error.message : String(error)}. Name another folder with DATA_DIR.`, error)
  }
}

/** The folder itself where it is there, or the one it would have to be made in. */
function nearest(folder: string): string {
  const above = dirname(folder)
  return existsSync(folder) || above === folder ? folder : nearest(above)
}
