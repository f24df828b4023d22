import type { IncomingHttpHeaders } from 'node:http'
import { networkIn } from '../address.ts'
import type { Config } from '../config.ts'
import type { RouteRules } from './routes.ts'

/* Where PROXIES does not fit what stands in front of the server, everybody counts as one, or as whoever they say they are. */

/** Looks at a request; says what does not fit, once. */
export type ProxyCheck = (headers: IncomingHttpHeaders, rules: RouteRules) => void

const untold = 'People come by a proxy, as X-Forwarded-For says, and PROXIES is 0: all of them count as one address and use up one another’s limits. Set PROXIES to the number of proxies in front of this server. If there is none, somebody made that header up, and nothing is wrong.'
const missing = (proxies: number) =>
  `PROXIES is ${proxies}, and a request came without as many addresses in X-Forwarded-For: whoever comes so counts as one with all others who do. Let the proxy hand on that header, or set PROXIES to the number of proxies in front of this server.`
const promised = 'PUBLIC_URL is an https address, so a proxy stands in front of this server, and PROXIES is 0: everybody counts as one address, and they use up one another’s limits. Set PROXIES to the number of proxies (1 for Caddy or nginx alone).'

export function createProxyCheck({ proxies }: Pick<Config, 'proxies'>, say: (sentence: string) => void): ProxyCheck {
  let isSaid = false
  return (headers, { counts }) => {
    // What asks whether the server is well asks from beside it.
    if (isSaid || counts.every(each => each === 'files')) return
    const said = headers['x-forwarded-for'] ?? headers['forwarded']
    if (proxies === 0 ? said === undefined : networkIn(String(headers['x-forwarded-for'] ?? '').split(',').at(-proxies) ?? '') !== undefined) return
    isSaid = true
    say(proxies === 0 ? untold : missing(proxies))
  }
}

/** What can be told of it before anybody comes; nothing where it may well fit. */
export const proxiesProblem = ({ proxies, publicUrl }: Pick<Config, 'proxies' | 'publicUrl'>): string | undefined => (proxies === 0 && publicUrl.startsWith('https:') ? promised : undefined)
