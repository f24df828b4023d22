/** One cause, three futures. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 26 26" aria-hidden="true">
      <path d="M6 13C12 13 13 4 20.5 4M6 13H20.5M6 13C12 13 13 22 20.5 22" fill="none" stroke="var(--ink)" strokeWidth="1.7" strokeLinecap="round" />
      <circle cx="5" cy="13" r="3.4" fill="var(--ink)" />
      <circle cx="21" cy="4" r="2.3" fill="var(--ink)" />
      <circle cx="21" cy="13" r="2.3" fill="var(--paper)" stroke="var(--ink)" strokeWidth="1.6" />
      <path d="M21 19.2l2.6 4.6h-5.2z" fill="var(--ink)" />
    </svg>
  )
}
