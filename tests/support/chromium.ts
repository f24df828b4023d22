import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

/*
 * Browser tests need a browser. One that is installed is used; where there is none, this installs one and says so. It never
 * lets the tests pass without.
 */

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

function found(): string | undefined {
  const named = process.env['CHROMIUM_PATH']
  if (named) return named
  return [...usual, chromium.executablePath()].find(path => path && existsSync(path))
}

/** Vitest runs this once before any browser test. */
export function setup(): void {
  if (found()) return
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0
  process.stdout.write(debian ? 'No Chromium here: installing Debian’s with apt-get.\n' : 'No Chromium here: Playwright downloads one.\n')
  if (debian) {
    execFileSync('apt-get', ['update'], { stdio: 'inherit' })
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { stdio: 'inherit' })
  } else execFileSync(process.execPath, ['node_modules/playwright-core/cli.js', 'install', 'chromium'], { stdio: 'inherit' })
  if (!found()) throw new Error('Chromium could not be installed. Install one, or name one with CHROMIUM_PATH.')
}

const args = ['--no-first-run', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export function launch(): Promise<Browser> {
  const executablePath = found()
  // Chromium refuses its own sandbox to root.
  const asRoot = process.getuid?.() === 0
  return chromium.launch({ ...(executablePath && { executablePath }), args: ['--headless', ...args, ...(asRoot ? ['--no-sandbox'] : [])] })
}
