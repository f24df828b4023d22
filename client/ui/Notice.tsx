import { Logo } from './Logo.tsx'
import './notice.css'

/** A page that only says something: what happened, and what to do. */
export function Notice({ title, sentence, children }: { title: string; sentence: string; children?: React.ReactNode }) {
  return (
    <main className="notice">
      <a href="/" className="row" aria-label="Manyfutures, first page">
        <Logo />
        <span className="display">Manyfutures</span>
      </a>
      <div role="alert">
        <h1 className="display">{title}</h1>
        <p>{sentence}</p>
      </div>
      {children}
      <p>
        <a className="link" href="/">
          Go to the first page
        </a>
      </p>
    </main>
  )
}
