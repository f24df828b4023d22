import { type RefObject, useEffect, useRef, useState } from 'react'
import x from 'lucide/dist/esm/icons/x.mjs'
import type { CardKind } from '../../shared/cards/card.ts'
import { type KindName, kinds } from '../../shared/cards/index.ts'
import { longestText } from '../../shared/board.ts'
import { Icon } from '../ui/Icon.tsx'
import { KindBadge } from '../ui/KindBadge.tsx'
import './quick-add.css'

interface QuickAddProps {
  readonly kind: KindName
  readonly setKind: (kind: KindName) => void
  /** The selected card that a new one can follow from, in words; nothing where none is selected. */
  readonly after: string | undefined
  readonly following: boolean
  readonly setFollowing: (following: boolean) => void
  /** Adds one card; answers what is said of it, and whether there is one. */
  readonly add: (text: string) => { readonly sentence: string; readonly added: boolean }
  /** Takes several lines or a table as several cards; answers nothing where it is one text, which stays in the field. */
  readonly paste: (text: string) => string | undefined
  readonly close: () => void
  /** Where it stands, so that new cards are put where they are seen. */
  readonly panel: RefObject<HTMLElement | null>
}

/** On a phone the kinds are a row longer than the screen. */
const intoView = (chosen: HTMLElement | null): void => chosen?.scrollIntoView({ block: 'nearest', inline: 'center' })

/** A small sheet for writing cards one after another, wherever one is. It lies over the map and leaves it in reach. */
export function QuickAdd({ kind, setKind, after, following, setFollowing, add, paste, close, panel }: QuickAddProps) {
  const [text, setText] = useState('')
  const [said, setSaid] = useState('')
  const area = useRef<HTMLTextAreaElement>(null)
  useEffect(() => area.current?.focus(), [])
  useEffect(() => {
    const section = panel.current
    const pressed = (event: KeyboardEvent) => event.key === 'Escape' && !event.isComposing && close()
    section?.addEventListener('keydown', pressed)
    return () => section?.removeEventListener('keydown', pressed)
  }, [panel, close])

  const send = () => {
    if (text.trim() === '') return setSaid('Write something first.')
    const { sentence, added } = add(text)
    setSaid(sentence)
    // What found no place stays, so that it can go elsewhere.
    if (added) setText('')
    area.current?.focus()
  }
  return (
    <section ref={panel} className="quick-add" role="dialog" aria-label="New card">
      <div className="row">
        <KindBadge kind={kinds[kind]} />
        <h2 className="grow">{kinds[kind].title}</h2>
        <button type="button" className="button" data-quiet data-small aria-label="Close" onClick={close}>
          <Icon of={x} size={18} />
        </button>
      </div>
      <textarea
        ref={area}
        className="input"
        aria-label="Text of the new card"
        dir="auto"
        rows={2}
        value={text}
        maxLength={longestText}
        placeholder={kinds[kind].hint}
        enterKeyHint="done"
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
          event.preventDefault()
          send()
        }}
        onPaste={event => {
          const sentence = text.trim() === '' ? paste(event.clipboardData.getData('text/plain')) : undefined
          if (sentence === undefined) return
          event.preventDefault()
          setSaid(sentence)
        }}
      />
      <div className="kinds" role="group" aria-label="Kind">
        {Object.entries<CardKind>(kinds).map(([name, each]) => (
          <button
            key={name}
            ref={kind === name ? intoView : undefined}
            type="button"
            aria-pressed={kind === name}
            onClick={() => {
              setKind(name as KindName)
              area.current?.focus()
            }}
          >
            <KindBadge kind={each} />
            {each.title}
          </button>
        ))}
      </div>
      {after !== undefined && (
        <label className="after">
          <input type="checkbox" checked={following} onChange={event => setFollowing(event.target.checked)} />
          <span>{after}</span>
        </label>
      )}
      <div className="row">
        <p className="grow small quiet" role="status">
          {said || <span className="by-keys">Enter adds it, Shift Enter makes a new line.</span>}
        </p>
        <button type="button" className="button" data-main onClick={send}>
          Add
        </button>
      </div>
    </section>
  )
}
