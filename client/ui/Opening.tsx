import './notice.css'

/** While a board is fetched; unseen for the first moment, since most come at once. */
export function Opening({ sentence = 'Opening the board' }: { sentence?: string }) {
  return (
    <main className="opening" aria-busy="true">
      <svg width="640" height="520" viewBox="-320 -260 640 520" fill="none" stroke="var(--hairline)" aria-hidden="true">
        <ellipse rx="310" ry="250" />
        <ellipse rx="235" ry="190" />
        <ellipse rx="155" ry="125" />
      </svg>
      <p role="status">{sentence}</p>
    </main>
  )
}
