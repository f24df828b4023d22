import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { isPictureHash, picturePath } from '../../shared/pictures.ts'
import type { App } from '../app.ts'
import { canWrite } from '../rights.ts'
import { passesOf } from './passes.ts'
import { cutShort, pictureGone, pictureTooLarge, watchingOnly } from './problems.ts'
import { askersOf } from './requests.ts'

/** Whatever a picture holds, opened by itself it can neither run, nor load, nor reach this host’s pages. */
const alone = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/**
 * Pictures: sent by who may write, as the bytes they are; loaded by who may look. Both are asked for their right: a picture’s
 * address alone opens nothing, although it could not be guessed without the picture.
 */
export function assetRoutes(http: FastifyInstance, app: App): void {
  const { config, store, pictures } = app
  const { ticketIn } = askersOf(app)
  const { readerIn } = passesOf(app)

  void http.register(async scope => {
    // Bytes are bytes, whatever they are said to be; they are read as they come.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))

    scope.post('/api/boards/:board/assets', async (request, reply) => {
      const { board, participant, role } = await ticketIn(request)
      if (!canWrite(role, 'canvas')) throw watchingOnly()
      if (Number(request.headers['content-length']) > config.maxAsset) throw pictureTooLarge(config.maxAsset)
      const body = request.body instanceof Object ? (request.body as IncomingMessage) : undefined
      try {
        // A refusal must not cut the connection it is sent on.
        const { hash, type, size } = await pictures.take(board, participant, body?.iterator({ destroyOnReturn: false }) ?? noBytes())
        return await reply.code(201).send({ url: picturePath(board, hash), type, size })
      } catch (error) {
        throw body?.destroyed && !body.complete ? cutShort(error) : error
      } finally {
        body?.resume()
      }
    })
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
        // The address is made of the bytes: what is there never changes.
        'cache-control': 'private, max-age=31536000, immutable',
        'content-security-policy': alone,
        'content-disposition': asset.type === 'image/svg+xml' ? 'attachment; filename="picture.svg"' : 'inline',
      })
      .send(bytes)
  })
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
