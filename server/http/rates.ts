import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { askerOf } from '../address.ts'
import type { Config } from '../config.ts'
import { Problem } from './problems.ts'

const minute = 60_000
const asMany = (perMinute: number): number => perMinute || Number.MAX_SAFE_INTEGER

const tooMany = (wait: string): Problem => new Problem(429, 'Too many requests', `Too many requests came from your network. Wait ${wait} and try again. Where a whole room shares one network, whoever runs the server can raise the limit.`)

/** How often one address may call the API; a network of the new kind (/64) counts as one. Files of the client are not counted. */
export async function limitRates(http: FastifyInstance, { requestsPerMinute, proxies }: Config): Promise<void> {
  await http.register(rateLimit, {
    max: asMany(requestsPerMinute),
    timeWindow: minute,
    cache: 20_000,
    keyGenerator: request => askerOf(request.raw, proxies),
    allowList: request => !request.url.startsWith('/api/'),
    errorResponseBuilder: (_request, { after }) => tooMany(after),
    // How much is left is nobody's business; when to come back is.
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false, 'retry-after': true },
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
  })
}

/** Options of a route that makes something lasting out of nothing. */
export const seldom = ({ boardsPerMinute }: Config) => ({ config: { rateLimit: { max: asMany(boardsPerMinute), timeWindow: minute } } })
