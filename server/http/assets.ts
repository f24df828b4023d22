import type { FastifyInstance } from 'fastify'
import { isPictureHash, picturePath } from '../../shared/pictures.ts'
import type { App } from '../app.ts'
import { canWrite } from '../rights.ts'
import { arriving } from './bodies.ts'
import { passesOf } from './passes.ts'
import { pictureGone, pictureTooLarge, watchingOnly } from './problems.ts'
import { askersOf } from './requests.ts'

/** Whatever a picture holds, opened by itself it can neither run, nor load, nor reach this host’s pages. */
const alone = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/**
 * Pictures: sent by who may write, as the bytes they are; loaded by who may look. Both are asked for their right: a picture’s
 * address alone opens nothing, although it could not be guessed without the picture.
 */
export function assetRoutes(http: FastifyInstance, app: App): void {
  const { config, store, pictures } = app
  const { ticketIn, flightOf } = askersOf(app)
  const { readerIn } = passesOf(app)

  http.post('/api/boards/:board/assets', async (request, reply) => {
    const { board, participant, role } = await ticketIn(request)
    if (!canWrite(role, 'canvas')) throw watchingOnly()
    if (Number(request.headers['content-length']) > config.maxAsset) throw pictureTooLarge(config.maxAsset)
    const { hash, type, size } = await pictures.take(board, participant, arriving(request.raw, flightOf(request, reply)))
    return reply.code(201).send({ url: picturePath(board, hash), type, size })
  })

  http.get('/api/boards/:board/assets/:hash', async (request, reply) => {
    const board = await readerIn(request)
    const { hash } = request.params as { hash: string }
    const asset = isPictureHash(hash) ? await store.assets.get(board, hash) : undefined
    const bytes = asset && (await store.pictureFiles.stream(asset.hash))
    if (!asset || !bytes) throw pictureGone()
    return reply
      .headers({
        'content-type': asset.type,
        'content-length': asset.size,
        'content-security-policy': alone,
        'content-disposition': asset.type === 'image/svg+xml' ? 'attachment; filename="picture.svg"' : 'inline',
      })
      .send(bytes)
  })
}
