import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launch } from './chromium.ts'
import { removeFolder, type RunningServer, startServer, temporaryFolder } from './server.ts'

/** Where browser tests leave what they saw. */
export const pictures = join(import.meta.dirname, '../out/pictures')

/** A server and a browser for all tests of a file, gone when they are through. */
export interface Stage {
  readonly browser: Browser
  readonly server: RunningServer
}

/** `settings` are those of the server. */
export function stage(settings: Record<string, string> = {}): Stage {
  const folder = temporaryFolder()
  let browser: Browser | undefined
  let server: RunningServer | undefined
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true })
    server = await startServer(settings, folder)
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    removeFolder(folder)
  })
  const there = <T>(what: T | undefined): T => {
    if (what === undefined) throw new Error('The stage is set in beforeAll; ask for it inside a test')
    return what
  }
  return {
    get browser() {
      return there(browser)
    },
    get server() {
      return there(server)
    },
  }
}
