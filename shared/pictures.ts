/** What a picture can be. The server finds out by its bytes, whatever it is called. */
export const pictureTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/svg+xml'] as const
export type PictureType = (typeof pictureTypes)[number]

/** The same list for people. */
export const pictureTypesSaid = 'PNG, JPEG, GIF, WebP, AVIF and SVG'

declare const brand: unique symbol
/** A picture's name on every server: the SHA-256 of its bytes, in hex. */
export type PictureHash = string & { readonly [brand]: 'picture' }

export const isPictureHash = (value: unknown): value is PictureHash => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)

/** What drawings say of a picture: its bytes' name, and no host or board, so that a board that moves finds it again. */
export const pictureSource = (id: string): string => `asset:${id}`

/** The picture a drawing shows; nothing for any other address, so that nobody can be sent to another host. */
export function readPictureSource(source: unknown): PictureHash | undefined {
  const hash = typeof source === 'string' && source.startsWith('asset:') ? source.slice('asset:'.length) : undefined
  return isPictureHash(hash) ? hash : undefined
}

/** Where a board's picture is loaded from, on the board's own server. */
export const picturePath = (board: string, hash: PictureHash): string => `/api/boards/${board}/assets/${hash}`
