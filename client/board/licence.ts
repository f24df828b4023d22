import type { ServerConfig } from '../api.ts'

/**
 * tldraw asks for a licence key on every HTTPS address but this machine's own, and takes the editor off the page after five
 * seconds without one. Then the map is not offered at all, rather than letting somebody's work vanish.
 */
export function canvasIsLicensed({ licenseKey }: ServerConfig, { protocol, hostname }: { protocol: string; hostname: string } = location): boolean {
  const own = hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || hostname.startsWith('127.')
  return licenseKey !== null || protocol !== 'https:' || own
}
