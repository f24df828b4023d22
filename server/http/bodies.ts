import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { parseJson } from '../../shared/json.ts'
import type { Flight } from './in-flight.ts'
import { bodyTooLarge, cutShort, malformed, notJson, Problem } from './problems.ts'

/* What comes with a request, read as it comes and no longer than it comes fast enough. */

/** Bytes on the wire that may come with a body beside it, and with each byte of it. */
const longestFrame = 256 * 2 ** 10
const mostFrame = 3

/** What is known of a request that is being read. */
type Coming = Pick<Flight, 'late' | 'came'>

/**
 * The bytes of a body as they arrive. Throws where they come too slowly, a Problem where whoever sent it went away.
 * What is not taken is read and thrown away: breaking off would cut the connection the answer goes by.
 */
export async function* arriving(request: IncomingMessage, flight: Coming): AsyncGenerator<Buffer> {
  const { late } = flight
  const chunks: AsyncIterator<Buffer, undefined> = request.iterator({ destroyOnReturn: false })
  let size = 0
  let stop: (reason: unknown) => void = () => undefined
  const stopped = new Promise<never>((_, reject) => (stop = reject))
  // Nobody may be waiting just then.
  stopped.catch(() => undefined)
  const onLate = (): void => stop(late.reason)
  late.addEventListener('abort', onLate, { once: true })
  try {
    late.throwIfAborted()
    for (;;) {
      const next = await Promise.race([chunks.next(), stopped])
      if (next.done) break
      size += next.value.length
      // A byte a piece costs ten times what it brings, and nobody who has something to say does it.
      if (flight.came > longestFrame + mostFrame * size) throw malformed(400)
      yield next.value
    }
  } catch (error) {
    throw late.aborted ? late.reason : error instanceof Problem ? error : cutShort(error)
  } finally {
    late.removeEventListener('abort', onLate)
    // Not before what is being waited for has come: until then the stream is the iterator’s.
    void chunks.return?.().then(() => request.resume(), () => undefined)
  }
  // A length that was promised and not kept ends the stream like one that was.
  if (request.complete === false) throw cutShort()
}

/** All of a small body, in one piece of memory that is no larger than it may be. */
export async function wholeBody(request: IncomingMessage, most: number, flight: Coming, tooLarge = bodyTooLarge): Promise<Buffer> {
  const promised = Number(request.headers['content-length'] ?? Number.NaN)
  if (promised > most) throw tooLarge()
  // One byte at a time would otherwise take a hundred times its size.
  let body = Buffer.allocUnsafe(Number.isNaN(promised) ? Math.min(most, 1_024) : promised)
  let size = 0
  for await (const chunk of arriving(request, flight)) {
    if (size + chunk.length > most) throw tooLarge()
    if (size + chunk.length > body.length) body = Buffer.concat([body.subarray(0, size)], Math.min(most, Math.max(2 * body.length, size + chunk.length)))
    chunk.copy(body, size)
    size += chunk.length
  }
  return body.subarray(0, size)
}

export const hasBody = (headers: IncomingHttpHeaders): boolean => Number(headers['content-length']) > 0 || headers['transfer-encoding'] !== undefined

/** Whether it says of itself that it is JSON: pages of other hosts cannot say so without being asked for their leave. */
export const isJson = (headers: IncomingHttpHeaders): boolean => /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')

/** What a small body says. */
export function jsonOf(body: Buffer): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    throw notJson(error)
  }
}
