import type { FastifyInstance, onSendHookHandler } from 'fastify'

/**
 * Nothing but this host's own files runs, loads or connects. Styles are the one exception: tldraw sets them inline, and a
 * style can neither run nor fetch, since images and fonts stay on this host too.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  // Pictures that are pasted with other shapes come as data: addresses, which lead nowhere.
  "connect-src 'self' data:",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const headers = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  // Board addresses are not secret, but nobody else needs to know who reads which.
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** What goes with every answer, whoever writes it. Nobody on the way keeps it, unless its route says what may be kept of it. */
export const alwaysSaid = { ...headers, 'cache-control': 'no-store' } as const

export function securityHeaders(http: FastifyInstance): void {
  http.addHook('onRequest', (_request, reply, done) => {
    reply.headers(alwaysSaid)
    done()
  })
  http.addHook('onRoute', route => {
    const mayKeep = route.config?.rules?.mayKeep
    if (mayKeep === undefined) return
    const keep: onSendHookHandler = (_request, reply, payload, done) => {
      if (reply.statusCode === 200 || reply.statusCode === 304) reply.header('cache-control', mayKeep)
      done(null, payload)
    }
    route.onSend = [keep, ...[route.onSend ?? []].flat()]
  })
}
