import type { FastifyInstance } from 'fastify'
import type { Exposed } from '../metrics.ts'
import { hashOf, isSecretOf } from '../tickets.ts'
import { Problem } from './problems.ts'
import { bearerOf } from './requests.ts'

/** Headers by which a proxy says that somebody else asked: a loopback address is then the proxy's, not the asker's. */
const forwarding = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'] as const

const loopback = /^(::1|(::ffff:)?127(\.\d+){3})$/
const here = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/

/** Who asks for the figures. */
export interface Asker {
  /** The address at the other end of the socket. */
  readonly address: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** What was given as bearer; empty where nothing was. */
  readonly bearer: string
}

/** With a token set only who knows it reads the figures; without one only who asks from this very machine. */
export function mayReadMetrics({ address = '', headers, bearer }: Asker, token: string): boolean {
  if (token !== '') return isSecretOf(hashOf(token), bearer)
  return loopback.test(address) && here.test(String(headers['host'] ?? '')) && forwarding.every(name => headers[name] === undefined)
}

/** What the server counts, for whoever runs it. */
export function metricsRoute(http: FastifyInstance, metrics: Exposed, token: string): void {
  http.get('/metrics', async (request, reply) => {
    const { headers, socket } = request
    if (!mayReadMetrics({ address: socket.remoteAddress, headers, bearer: bearerOf(request) }, token)) {
      throw new Problem(403, 'Not allowed', token === ''
        ? 'Figures are given to this machine only. Ask from there, or set METRICS_TOKEN and send it as Authorization: Bearer.'
        : 'Figures are given to whoever knows METRICS_TOKEN. Send it as Authorization: Bearer.')
    }
    return reply.type(metrics.contentType).header('cache-control', 'no-store').send(await metrics.text())
  })
}
