import { join } from 'node:path'
import { obstacleIn, storeFiles, systemSaid, userSaid } from './files.ts'

/** Why the store cannot be opened or used, as a sentence for whoever runs the server. */
export class StoreError extends Error {}

/** A StoreError that keeps, for programs, what SQLite or the system said. */
export function storeError(sentence: string, cause?: unknown): StoreError {
  const { code, errcode } = (cause ?? {}) as { code?: unknown; errcode?: unknown }
  return Object.assign(new StoreError(sentence, { cause }), { ...(code !== undefined && { code }), ...(errcode !== undefined && { errcode }) })
}

/** SQLite's result codes that are looked at here (https://sqlite.org/rescode.html). */
const codes = { error: 1, busy: 5, locked: 6, noMemory: 7, readOnly: 8, io: 10, corrupt: 11, full: 13, cannotOpen: 14, tooBig: 18, notADatabase: 26 } as const

const codeOf = (error: unknown): number => (error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0)
export const isBusy = (error: unknown): boolean => codeOf(error) === codes.busy || codeOf(error) === codes.locked

/** Whether the store, or the disk below it, refused because there is no room left. */
export const isFull = (error: unknown): boolean => codeOf(error) === codes.full || (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))

/** Whether SQLite finds no sense in a file. */
export const isUnreadable = (error: unknown): boolean => codeOf(error) === codes.corrupt || codeOf(error) === codes.notADatabase

/** Whether what was asked for cannot be had because it is damaged on disk. */
export const isDamaged = (error: unknown): error is StoreError => error instanceof StoreError && codeOf(error) === codes.corrupt

/** What is said of something that is not as it was written. Such an error counts as SQLite's own for damage. */
export const damaged = (what: string, folder: string): StoreError => Object.assign(new StoreError(`${what} in ${join(folder, storeFiles.database)} is damaged. ${restoreSaid}`), { errcode: codes.corrupt })

/** What a host does about damage. */
export const restoreSaid = 'Restore a backup: stop the server, move the folder aside, npm run restore -- <backup>.'

/** What a library said, as a part of a sentence: it may hold anything that is in the file. */
export const inOneLine = (message: string): string => message.replace(/[^ -~]+\s*|\s+/g, ' ').trim().slice(0, 200)

type Says = (path: string, message: string) => string

/** What is said of the database's file, by what SQLite said. */
const sqliteSays: Readonly<Record<number, Says>> = {
  [codes.corrupt]: (path, message) => `${path} is damaged and cannot be read: ${message}. ${restoreSaid}`,
  [codes.tooBig]: (path, message) => `${path} is damaged and cannot be read: ${message}. ${restoreSaid}`,
  [codes.notADatabase]: path => `${path} is damaged and cannot be read: it is no database any more. ${restoreSaid}`,
  [codes.noMemory]: path => `There is not enough memory to read ${path}. Give this machine more; if it stays, the file is damaged: restore a backup.`,
  [codes.io]: (path, message) => `The disk cannot read or write ${path} (${message}). Look at the disk; where boards are damaged, restore a backup.`,
  [codes.readOnly]: path => `${path} cannot be written by ${userSaid()}. Make that user the owner of it and of its folder, on a file system that is not read-only.`,
  [codes.cannotOpen]: (path, message) => `${path} cannot be opened by ${userSaid()} (${message}). Look at who may write to it and to its folder, and at the limit on open files.`,
}

/** What is said only while the store is opened: once it is open, whoever asked for something is told in another way. */
const openingSays: Readonly<Record<number, Says>> = {
  ...sqliteSays,
  [codes.full]: path => `There is no room left on the disk of ${path}. Make room and start again; what was saved is still there.`,
  [codes.busy]: path => `${path} is locked by another program. Let it finish, and start again.`,
  [codes.locked]: path => `${path} is locked by another program. Let it finish, and start again.`,
  [codes.error]: (path, message) => `${path} is damaged and cannot be read: ${message}. ${restoreSaid}`,
}

/** What a number of more than 53 bits makes of reading a row; none of ours is. */
const isOutOfRange = (error: unknown): boolean => error instanceof RangeError && 'code' in error && error.code === 'ERR_OUT_OF_RANGE'

/** An error as a StoreError where the store's files are at fault; any other as it is. */
export function faultOf(folder: string, error: unknown, opening = false): unknown {
  if (error instanceof StoreError) return error
  const path = join(folder, storeFiles.database)
  if (isOutOfRange(error)) return Object.assign(storeError(`${path} is damaged and cannot be read: it holds numbers that nobody wrote. ${restoreSaid}`, error), { errcode: codes.corrupt })
  const code = codeOf(error)
  const said = (opening ? openingSays : sqliteSays)[code]
  if (said) return storeError((isAboutAccess(code) ? obstacleIn(folder, true) : undefined) ?? said(path, inOneLine((error as Error).message)), error)
  // While it is open, whoever sent something is told of a full disk; that is no fault of the files.
  const sentence = error instanceof Error && (opening || !isFull(error)) ? systemSaid(pathOf(error) ?? path, error) : undefined
  return sentence === undefined ? error : storeError(sentence, error)
}

const isAboutAccess = (code: number): boolean => code === codes.readOnly || code === codes.cannotOpen

/** Of which file the system said something; of a copy, where it was to go. */
function pathOf(error: unknown): string | undefined {
  const { path, dest } = error as { path?: unknown; dest?: unknown }
  return [dest, path].find(each => typeof each === 'string')
}
