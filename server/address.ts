import type { IncomingMessage } from 'node:http'
import { isIPv4, isIPv6 } from 'node:net'

/**
 * The address of whoever asks, as far as it is counted: one short text for one address, however it was written down. Behind proxies it
 * is what the outermost of ours saw; what stands before that in the header is what the asker says of themselves, and is not believed.
 */
export function askerOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, proxies: number): string {
  const said = proxies > 0 ? String(headers['x-forwarded-for'] ?? '').split(',').at(-proxies) : undefined
  // Where our own proxy wrote nothing that can be read, whoever comes by it counts as one.
  return (said !== undefined && networkIn(said)) || (networkIn(socket.remoteAddress ?? '') ?? 'unknown')
}

/** What is counted of an address that somebody wrote down, with or without a port, quotes, brackets or a zone; nothing where it is none. */
export function networkIn(said: string): string | undefined {
  // The longest address with everything around it is shorter; nobody looks through the rest.
  const address = bare(said.slice(0, longest + 1))
  if (said.length > longest || address === undefined) return undefined
  if (isIPv4(address)) return address
  return networkOf(groupsOf(address))
}

const longest = 256

/** The address itself: out of `for=`, quotes, brackets, and without port and zone. */
function bare(said: string): string | undefined {
  const [, value = ''] = /^\s*(?:for\s*=\s*)?(.*?)\s*(?:;.*)?$/i.exec(said) ?? []
  const unquoted = /^"(.*)"$/.exec(value)?.[1]?.trim() ?? value
  const [, inBrackets, beforePort] = /^(?:\[([^\]]*)\]|([^:]*))(?::\w*)?$/.exec(unquoted) ?? []
  const address = (inBrackets ?? beforePort ?? unquoted).replace(/%.*$/, '')
  return isIPv4(address) || isIPv6(address) ? address : undefined
}

/** The eight groups of an address of the new kind, as numbers. */
function groupsOf(address: string): readonly number[] {
  // Its end may be written as an old address.
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts) => {
    const [a, b, c, d] = parts.map(Number) as [number, number, number, number]
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
  const [before, after] = plain.split('::').map(part => part.split(':').filter(Boolean).map(group => Number.parseInt(group, 16))) as [number[], number[] | undefined]
  return after ? [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after] : before
}

/** Groups that an old address is put behind, so that it is one of the new kind: as systems with both do it, and as translators do. */
const before = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'] as const

/** Of the new kind of address somebody has a whole network (/64): its first four groups. */
function networkOf(groups: readonly number[]): string {
  const inWords = (from: number, to: number): string => groups.slice(from, to).map(group => group.toString(16)).join(':')
  const [, , , , , , high = 0, low = 0] = groups
  if (before.some(each => each === inWords(0, 6))) return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  return `${inWords(0, 4)}::/64`
}
