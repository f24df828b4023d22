import { afterEach, expect, test, vi } from 'vitest'
import { lastConfig, serverConfig } from '../client/board/server-config.ts'
import { usualMaxFile } from '../client/api.ts'

afterEach(() => vi.unstubAllGlobals())

const configNow = () => serverConfig().catch(lastConfig)

const config = { licenseKey: 'tldraw-key', createKey: false, maxFile: 1_000 }
const unknown = { licenseKey: null, createKey: false, maxFile: usualMaxFile }
const answers = (answer: () => Promise<Response>) => vi.stubGlobal('fetch', answer)
const device = (kept: Record<string, string> = {}) => vi.stubGlobal('localStorage', { getItem: (name: string) => kept[name] ?? null, setItem: (name: string, value: string) => void (kept[name] = value) })

test('[R86] a board that opens where the server cannot be asked has what the server said last: its licence for the map, and how large files may be', async () => {
  const failures: Readonly<Record<string, () => Promise<Response>>> = {
    offline: () => Promise.reject(new TypeError('Failed to fetch')),
    busy: async () => new Response('{"detail":"Slow down"}', { status: 429 }),
    'a page in between': async () => new Response('<!doctype html>Sign in', { status: 200 }),
    restarting: async () => new Response('Bad gateway', { status: 502 }),
  }
  for (const [name, fails] of Object.entries(failures)) {
    device()
    answers(fails)
    expect([name, await configNow()]).toEqual([name, unknown])
    answers(async () => Response.json(config))
    expect(await configNow()).toEqual(config)
    answers(fails)
    expect([name, await configNow()]).toEqual([name, config])
    // A server that took its key away is believed.
    answers(async () => Response.json({ ...config, licenseKey: null }))
    await configNow()
    answers(fails)
    expect(await configNow()).toEqual({ ...config, licenseKey: null })
  }
})

test('[R86] what stands where that was noted may be anything, or not be looked at', async () => {
  answers(() => Promise.reject(new TypeError('Failed to fetch')))
  for (const odd of ['', 'null', '7', '[]', '{"licenseKey":7,"maxFile":"x"}', '{']) {
    device({ 'manyfutures:config': odd })
    expect([odd, await configNow()]).toEqual([odd, unknown])
  }
  vi.stubGlobal('localStorage', undefined)
  expect(await configNow()).toEqual(unknown)
  answers(async () => Response.json(config))
  expect(await configNow()).toEqual(config)
})
