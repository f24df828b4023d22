import { Agent, createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

/** What is said in the server's place. */
export interface Said {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** Something between a page and the server, which does to what passes whatever a test wants. The page's own files always pass. */
export interface FaultProxy {
  readonly url: string
  /** How often somebody asked to come in. */
  readonly joins: number
  /** Nothing passes, and whoever is connected is cut. */
  down: boolean
  /** Connections stay, and nothing passes on them, either way, without a word. */
  frozen: boolean
  /** What is said to every call instead of the server's answer. */
  instead: Said | undefined
  /** Files of the page that are not there any more, as after an upgrade. */
  missing: RegExp | undefined
  /** Cuts the connections there are. */
  cut(): void
  close(): Promise<void>
}

export async function faultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target)
  const agent = new Agent({ keepAlive: true })
  const lines = new Set<Duplex>()
  let joins = 0
  const state = { down: false, frozen: false, instead: undefined as Said | undefined, missing: undefined as RegExp | undefined }
  const isCall = (url = ''): boolean => /^\/(api|sync|config\.json)/.test(url)

  const server = createServer((incoming: IncomingMessage, answer: ServerResponse) => {
    incoming.on('error', () => undefined) // Cut, as it was meant to be.
    answer.on('error', () => undefined)
    if (incoming.url?.endsWith('/join')) joins++
    if (state.missing?.test(incoming.url ?? '')) return void answer.writeHead(404).end()
    if (isCall(incoming.url)) {
      if (state.down) return void incoming.socket.destroy()
      if (state.frozen) return // Nobody answers.
      if (state.instead) {
        const { status, headers, body } = state.instead
        incoming.resume()
        return void answer.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body)
      }
    }
    const onward = ask({ hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers, agent }, given => {
      answer.writeHead(given.statusCode ?? 502, given.headers)
      given.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    incoming.pipe(onward)
  })

  server.on('upgrade', (incoming: IncomingMessage, near: Socket, head: Buffer) => {
    near.on('error', () => near.destroy())
    lines.add(near)
    near.once('close', () => lines.delete(near))
    if (state.down) return void near.destroy()
    if (state.frozen) return
    if (state.instead) return void near.end(`HTTP/1.1 ${state.instead.status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
    const far = connect(Number(port), hostname)
    far.on('error', () => near.destroy())
    const named = Array.from({ length: incoming.rawHeaders.length / 2 }, (_, i) => `${incoming.rawHeaders[i * 2]}: ${incoming.rawHeaders[i * 2 + 1]}`)
    far.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${named.join('\r\n')}\r\n\r\n`)
    far.write(head)
    near.on('data', (data: Buffer) => state.frozen || far.write(data))
    far.on('data', (data: Buffer) => state.frozen || near.write(data))
    near.once('close', () => far.destroy())
    far.once('close', () => state.frozen || near.destroy())
  })

  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const cut = (): void => {
    for (const each of lines) each.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get joins() {
      return joins
    },
    get down() {
      return state.down
    },
    set down(is) {
      state.down = is
      if (is) cut()
    },
    get frozen() {
      return state.frozen
    },
    set frozen(is) {
      // What was swallowed does not come back: connections that were frozen are over, whether or not anybody knows.
      if (state.frozen && !is) cut()
      state.frozen = is
    },
    get missing() {
      return state.missing
    },
    set missing(files) {
      state.missing = files
    },
    get instead() {
      return state.instead
    },
    set instead(said) {
      state.instead = said
    },
    cut,
    close: () =>
      new Promise(done => {
        cut()
        server.closeAllConnections()
        agent.destroy()
        server.close(() => done())
      }),
  }
}
