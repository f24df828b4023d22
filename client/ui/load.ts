/** A part of the page did not come: no connection, or a server that has another version by now. */
export class NotLoaded extends Error {
  constructor(cause: unknown) {
    super('This part could not be loaded. Check your connection and try again.', { cause })
  }
}

/** Loads a part of the page; what failed once is asked for anew the next time. Rejects with NotLoaded. */
export async function loaded<T>(load: () => Promise<T>): Promise<T> {
  watchStyles()
  try {
    await Promise.all([...failedStyles].map(mend))
    return await load()
  } catch (error) {
    throw new NotLoaded(error)
  }
}

/** Style sheets that did not come. Vite asks for each only once, and would give the part without it the next time. */
const failedStyles = new Set<HTMLLinkElement>()
let watching = false

function watchStyles(): void {
  if (watching) return
  watching = true
  const failed = ({ target }: Event) => {
    if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') failedStyles.add(target)
  }
  addEventListener('error', failed, { capture: true })
}

/** Asks for a style sheet again. One that fails once more is noted again. */
function mend(link: HTMLLinkElement): Promise<void> {
  failedStyles.delete(link)
  return new Promise((done, failed) => {
    const again = link.cloneNode() as HTMLLinkElement
    again.addEventListener('load', () => done())
    again.addEventListener('error', () => failed(new Error(`${again.href} did not come`)))
    link.replaceWith(again)
  })
}

/** Whether the server gives another version of this page by now; nothing where it cannot be asked. */
export async function isOlder(): Promise<boolean | undefined> {
  const own = document.querySelector('script[type="module"][src]')?.getAttribute('src')
  const page = await fetch('/', { cache: 'no-store' })
    .then(response => (response.ok ? response.text() : undefined))
    .catch(() => undefined) // No connection: nobody knows.
  // What stands in between may answer with a page of its own.
  return own && page?.includes('id="root"') ? !page.includes(`"${own}"`) : undefined
}
