import type { FastifyInstance } from 'fastify'

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

export function securityHeaders(http: FastifyInstance): void {
  http.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers)
  })
}
