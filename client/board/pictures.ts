import type { Signal, TLAssetStore } from 'tldraw'
import { picturePath, readPictureSource } from '../../shared/pictures.ts'
import { api } from '../api.ts'
import type { Pictures } from '../canvas/pictures.ts'
import type { Session } from '../sync/session.ts'

/** A board's pictures on its own server. */
export function picturesOf(board: string, session: Session, readOnlyBecause: Signal<string | undefined>): Pictures {
  return {
    closed: () => readOnlyBecause.get() ?? (session.provider.synced ? undefined : 'Pictures can be added once the server is reached again. Nothing was added.'),
    send: (file, progress, signal) => api.sendPicture(board, session.ticket(), file, progress, signal),
    addressOf(source) {
      const hash = readPictureSource(source)
      return hash === undefined ? undefined : picturePath(board, hash)
    },
  }
}

/** The same, as tldraw asks for it. What is none of the board's own pictures has no address: no browser goes to another host for it. */
export const assetStoreOf = (pictures: Pictures): TLAssetStore => ({
  upload: async (_asset, file) => ({ src: await pictures.send(file, () => undefined) }),
  resolve: asset => (asset.type === 'image' ? (pictures.addressOf(asset.props.src) ?? null) : null),
})
