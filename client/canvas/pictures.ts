import type { Editor } from 'tldraw'
import { pictureTypes, readPictureSource } from '../../shared/pictures.ts'

/** Where a board's pictures are kept. They are never part of the board itself, which only names them. */
export interface Pictures {
  /** Why none can be added now, in a sentence; nothing while they can. */
  closed(): string | undefined
  /** Resolves to how the board names the picture once it is on the server's disk; rejects with a sentence. `progress` hears which part has been sent, 0 to 1. */
  send(file: Blob, progress: (part: number) => void, signal?: AbortSignal): Promise<string>
  /** Where a picture is loaded from; nothing for what is no picture of a board. */
  addressOf(source: unknown): string | undefined
}

/** Whether a file says that it is a picture boards show. */
export const isPicture = (file: File): boolean => (pictureTypes as readonly string[]).includes(file.type)

/** Keeps other places out of what is put on the board here: shapes copied elsewhere bring addresses with them. */
export function keepSourcesHere(editor: Editor): () => void {
  const { sideEffects } = editor.store
  return sideEffects.registerBeforeCreateHandler('asset', (asset, source) => {
    if (source !== 'user' || !asset.props.src || readPictureSource(asset.props.src)) return asset
    return { ...asset, props: { ...asset.props, src: null } } as typeof asset
  })
}
