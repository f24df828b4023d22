import type { BoardId, ParticipantId } from '../shared/ids.ts'
import { isObject, type Json } from '../shared/json.ts'
import { type PictureHash, type PictureType, readPictureSource } from '../shared/pictures.ts'
import type { Config } from './config.ts'
import { boardPicturesFull, diskFull, noPicture, pictureTooLarge } from './http/problems.ts'
import { sniff } from './sniff.ts'
import { StoreError } from './storage/faults.ts'
import { type PictureFiles, type Received, TooManyBytes } from './storage/picture-files.ts'
import type { Asset, Assets } from './storage/register.ts'

/** The pictures of boards: taken in one by one or with a board file, and sent along with one. What is wrong with one is thrown as a Problem. */
export interface Pictures {
  /** Takes in what somebody sends. On disk when it resolves; where it throws, nothing is left behind. */
  take(board: BoardId, by: ParticipantId, body: AsyncIterable<Uint8Array>): Promise<Asset>
  /** Makes a board with the pictures its file brings: both or neither. */
  bring<T>(board: BoardId, brought: readonly Uint8Array[], make: (assets: readonly Asset[]) => Promise<T>): Promise<T>
  /** A board’s file together with the pictures that are drawn in it, as far as there is room. */
  enclose<F extends object>(board: BoardId, file: F): Promise<F>
}

interface Needs {
  readonly files: PictureFiles
  readonly assets: Assets
  readonly config: Config
  readonly now: () => number
}

export function createPictures({ files, assets, config, now }: Needs): Pictures {
  /** Room is counted and taken by one at a time, so that two cannot take the same. */
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }

  const receive = async (body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Received> => {
    try {
      return await files.receive(body, config.maxAsset)
    } catch (error) {
      if (error instanceof TooManyBytes) throw pictureTooLarge(config.maxAsset, error)
      throw error
    }
  }

  const typeOf = (received: Received): PictureType => {
    const type = sniff(received.head)
    if (!type) throw noPicture()
    return type
  }

  const checkRoom = async (board: BoardId, bytes: number): Promise<void> => {
    const used = await assets.weigh(board)
    if (used.board + bytes > config.maxBoardAssets) throw boardPicturesFull(config.maxBoardAssets)
    if (config.maxStore > 0 && used.store + bytes > config.maxStore) throw diskFull(undefined)
  }

  /** Keeps files and then does what refers to them; where that fails, files that nothing refers to are gone. */
  const keeping = async <T>(all: readonly Received[], refer: () => Promise<T>): Promise<T> => {
    const fresh: PictureHash[] = []
    try {
      for (const received of all) if (await files.keep(received)) fresh.push(received.hash)
      return await refer()
    } catch (error) {
      for (const hash of fresh) if (!(await assets.isUsed(hash))) await files.remove(hash)
      throw error
    }
  }

  return {
    async take(board, by, body) {
      const received = await receive(body)
      try {
        const { hash, size } = received
        const asset: Asset = { board, hash, type: typeOf(received), size, by, at: now() }
        return await inTurn(async () => {
          const known = await assets.get(board, hash)
          if (!known) await checkRoom(board, size)
          await keeping([received], () => assets.add(asset))
          return known ?? asset
        })
      } finally {
        await received.drop()
      }
    },

    async bring(board, brought, make) {
      const arrived: Received[] = []
      try {
        const rows = new Map<PictureHash, Asset>()
        for (const bytes of brought) {
          const received = await receive([bytes])
          arrived.push(received)
          const { hash, size } = received
          rows.set(hash, { board, hash, type: typeOf(received), size, by: undefined, at: now() })
        }
        const all = [...rows.values()]
        return await inTurn(async () => {
          if (all.length) await checkRoom(board, all.reduce((sum, { size }) => sum + size, 0))
          return keeping(arrived, () => make(all))
        })
      } finally {
        for (const received of arrived) await received.drop()
      }
    },

    enclose: (board, file) => enclosed({ files, assets, most: config.maxExportAssets }, board, file),
  }
}

/** A board’s file together with the pictures that are drawn in it, as long as they are at most `most` bytes together. */
export async function enclosed<F extends object>({ files, assets, most }: { files: Pick<PictureFiles, 'read'>; assets: Pick<Assets, 'get'>; most: number }, board: BoardId, file: F): Promise<F> {
  const list: Json[] = []
  let room = most
  for (const [hash, said] of shownIn((file as { drawings?: unknown }).drawings)) {
    const asset = await assets.get(board, hash)
    // One that was damaged on disk is as good as not there.
    const bytes = asset && asset.size <= room ? await files.read(hash).catch(ifStoreFault(undefined)) : undefined
    const type = asset?.type ?? said
    if (bytes) room -= bytes.length
    list.push({ id: hash, ...(type !== undefined && { type }), ...(bytes ? { data: `data:${type};base64,${bytes.toString('base64')}` } : { missing: leftOut }) })
  }
  return list.length ? { ...file, assets: list } : file
}

const ifStoreFault =
  <T>(otherwise: T) =>
  (error: unknown): T => {
    if (error instanceof StoreError) return otherwise
    throw error
  }

/** One sentence for every cause: a file that comes back is the same bytes, and by then there is another cause. */
const leftOut = 'Left out, to keep this file small or because it was not there. The board this file was made of may have it.'

/** Every picture that drawings show, once, in one order; with what the drawing says it is. */
function shownIn(drawings: unknown): [PictureHash, string | undefined][] {
  const shown = new Map<PictureHash, string | undefined>()
  for (const drawing of Array.isArray(drawings) ? (drawings as unknown[]) : []) {
    if (!isObject(drawing) || drawing['type'] !== 'asset' || !isObject(drawing['props'])) continue
    const { src, mimeType } = drawing['props']
    const hash = readPictureSource(src)
    if (hash) shown.set(hash, typeof mimeType === 'string' && mimeType.length <= 64 ? mimeType : undefined)
  }
  return [...shown].sort(([a], [b]) => (a < b ? -1 : 1))
}
