import type { Page } from 'playwright-core'

/* Two ways to work without a mouse: keys alone, and fingers. */

/** Presses Tab until what is called `name` has the keys, as somebody does who cannot point. */
export async function tabTo(page: Page, name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = []
  for (let press = 0; press < 160; press++) {
    const here = await page.evaluate(() => {
      const at = document.activeElement as HTMLElement | null
      if (!at || at === document.body) return ''
      const labelled = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement ? [...(at.labels ?? [])].map(label => label.innerText).join(' ') : ''
      return (at.getAttribute('aria-label') ?? labelled) || at.innerText.trim().replace(/\s+/g, ' ') || at.title
    })
    if (name.test(here)) return
    passed.push(here.slice(0, 30))
    await page.keyboard.press(key)
  }
  throw new Error(`Tab never came to ${name}; it passed ${passed.slice(-45).join(' | ')}`)
}

/** Goes to something by Tab and presses it. */
export async function press(page: Page, name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await tabTo(page, name, key)
  await page.keyboard.press('Enter')
}

/** A finger on the middle of something. */
export async function tap(page: Page, ...[role, options]: Parameters<Page['getByRole']>): Promise<void> {
  await page.getByRole(role, options).first().tap()
}

/** Drags a finger between two points of the screen, in steps as a hand moves. */
export async function swipe(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const at = (part: number) => [{ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }]
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) })
  for (let step = 1; step <= 8; step++) await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(step / 8) })
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await session.detach()
}
