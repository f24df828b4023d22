import { useCallback, useEffect, useRef, useState } from 'react'
import fileUp from 'lucide/dist/esm/icons/file-up.mjs'
import folderOpen from 'lucide/dist/esm/icons/folder-open.mjs'
import x from 'lucide/dist/esm/icons/x.mjs'
import { accepted } from '../../shared/import/accepted.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { api, type NewBoard, Refused, type TemplateInfo } from '../api.ts'
import { readLink } from '../address.ts'
import { forget, type Recent, recentBoards, remember } from '../memory.ts'
import { ago } from '../ui/dates.ts'
import { Fence } from '../ui/Fence.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Logo } from '../ui/Logo.tsx'
import { part } from '../ui/Part.tsx'
import { Picture } from '../ui/Picture.tsx'
import { useMedia } from '../ui/use-media.ts'
import { Dialog } from './Dialog.tsx'
import { Gallery } from './Gallery.tsx'
import './home.css'

const rightOf = { facilitator: 'you facilitate', participant: 'you take part', observer: 'you watch' } as const

type Start = { readonly template: string } | { readonly body: Blob }

/** What opening a file takes is loaded with the first file. */
const OpenFile = part(() => import('./OpenFile.tsx'), { name: 'Opening a file', over: true })

/** Pick a method on the left; what this device knows is on the right. */
export function Home() {
  const [templates, setTemplates] = useState<readonly TemplateInfo[]>()
  const [recent, setRecent] = useState(recentBoards)
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState<'link' | Start>()
  const [opening, setOpening] = useState<File>()
  const file = useRef<HTMLInputElement>(null)
  // In one column whoever comes back finds their boards before all the templates.
  const narrow = useMedia('(max-width: 70rem)')

  const fetchTemplates = useCallback(() => void api.templates().then(setTemplates, (error: unknown) => setProblem(sentenceOf(error))), [])
  useEffect(fetchTemplates, [fetchTemplates])

  const start = async (what: Start, key?: string) => {
    setBusy(true)
    setProblem(undefined)
    try {
      enter(await ('body' in what ? api.open(what.body, key) : api.create(what, key)))
    } catch (error) {
      setBusy(false)
      if (error instanceof Refused && error.status === 401 && key === undefined) setAsking(what)
      else setProblem(sentenceOf(error))
    }
  }

  const openFile = (chosen: File | undefined) => {
    // The same file can be chosen again.
    if (file.current) file.current.value = ''
    if (!chosen || busy) return
    setProblem(undefined)
    setOpening(chosen)
  }
  const closeFile = useCallback(() => setOpening(undefined), [])

  const boards = (
    <RecentBoards
      boards={recent}
      forget={board => {
        forget(board)
        setRecent(recentBoards())
      }}
    />
  )
  return (
    <div
      className="home"
      onDragOver={event => event.preventDefault()}
      onDrop={event => {
        event.preventDefault()
        openFile(event.dataTransfer.files[0])
      }}
    >
      <header>
        <Logo size={28} />
        <span className="display">Manyfutures</span>
        <span className="row right">
          <button type="button" className="button" data-quiet onClick={() => setAsking('link')}>
            Join with a link
          </button>
          <button type="button" className="button" onClick={() => file.current?.click()}>
            <Icon of={folderOpen} size={17} /> Open a file
          </button>
          <input ref={file} type="file" accept={accepted} hidden onChange={event => openFile(event.target.files?.[0])} />
        </span>
      </header>
      <div className="columns">
        <main>
          <h1 className="display">What could follow?</h1>
          <p className="lead">Pick a method to start a board. Send the link, and map it together.</p>
          {problem && (
            <p className="sentence" data-alarm role="alert">
              {problem}
            </p>
          )}
          {narrow && recent.length > 0 && (
            <section className="first">
              <h2>On this device</h2>
              {boards}
            </section>
          )}
          <Gallery templates={templates} busy={busy} start={template => void start({ template })} changed={fetchTemplates} failed={setProblem} />
        </main>
        <aside>
          <h2>{narrow && recent.length > 0 ? 'From a file' : 'On this device'}</h2>
          {recent.length === 0 && <p className="small quiet none">Boards you join are listed here.</p>}
          {!narrow && boards}
          <button type="button" className="drop" disabled={busy} onClick={() => file.current?.click()}>
            <Icon of={fileUp} size={24} />
            <span>
              <b>Drop a file here</b>
              <span className="small quiet">A board, a tldraw file, a table (CSV) or a JSON Canvas opens as a new board. Nothing is overwritten.</span>
            </span>
          </button>
          <p className="small quieter where">Boards live on this server. This list is kept on this device only.</p>
        </aside>
      </div>
      {opening && (
        <OpenFile
          key={`${opening.name} ${opening.lastModified} ${opening.size}`}
          file={opening}
          enter={enter}
          askKey={body => setAsking({ body })}
          failed={setProblem}
          close={closeFile}
        />
      )}
      {asking === 'link' && <AskLink close={() => setAsking(undefined)} />}
      {typeof asking === 'object' && <AskKey close={() => setAsking(undefined)} answered={key => void start(asking, key)} />}
    </div>
  )
}

/** Goes to a new board as its facilitator. The links are remembered here: the server keeps only what proves them. */
function enter({ id, links }: NewBoard): void {
  remember(id, { links, seen: Date.now(), role: 'facilitator', key: '' })
  location.assign(links.facilitator.slice(new URL(links.facilitator).origin.length))
}

/** As many as fit beside what else there is to see; the others are one step away. */
const shown = 4

function RecentBoards({ boards, forget }: { boards: readonly Recent[]; forget: (board: string) => void }) {
  const list = (some: readonly Recent[]) => (
    <ul>
      {some.map(board => (
        <RecentBoard key={board.board} board={board} forget={() => forget(board.board)} />
      ))}
    </ul>
  )
  const more = boards.slice(shown)
  return (
    <>
      {list(boards.slice(0, shown))}
      {more.length > 0 && (
        <details className="more">
          <summary>{more.length === 1 ? 'One more board' : `${more.length} more boards`}</summary>
          {list(more)}
        </details>
      )}
    </>
  )
}

function RecentBoard({ board, forget }: { board: Recent; forget: () => void }) {
  return (
    <li className="recent">
      <a href={`/boards/${board.board}`}>
        <Thumb of={board} />
        <span className="grow">
          <span className="display title">{board.title || 'A new board'}</span>
          <span className="small quiet">
            {ago(board.seen)}, {rightOf[board.role]}
          </span>
        </span>
      </a>
      <button type="button" className="button" data-quiet data-small aria-label={`Take “${board.title}” off this list`} onClick={forget}>
        <Icon of={x} size={15} />
      </button>
    </li>
  )
}

/** What a device noted of a board may be anything: an odd picture of it is none. */
const Thumb = ({ of: { preview } }: { of: Recent }) => (
  <span className="thumb">
    <Fence instead={null}>{preview && <Picture of={preview} />}</Fence>
  </span>
)

/** One question; the answer may be refused with a sentence. */
function Ask({ title, label, action, answer, close }: { title: string; label: string; action: string; answer: (text: string) => string | undefined; close: () => void }) {
  const [problem, setProblem] = useState<string>()
  const [text, setText] = useState('')
  return (
    <Dialog title={title} action={action} close={close} submit={() => setProblem(answer(text))}>
      <label className="field">
        <span>{label}</span>
        <input className="input" value={text} autoComplete="off" onChange={event => setText(event.target.value)} />
      </label>
      {problem && (
        <p className="sentence" data-alarm role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  )
}

function AskLink({ close }: { close: () => void }) {
  return (
    <Ask
      title="Join with a link"
      label="The link somebody sent you"
      action="Go to the board"
      close={close}
      answer={text => {
        const link = readLink(text)
        if (!link) return `This is no link to a board on ${location.host}. Copy the whole link, with what stands behind the #.`
        location.assign(`/boards/${link.board}#${link.secret}`)
        return undefined
      }}
    />
  )
}

function AskKey({ close, answered }: { close: () => void; answered: (key: string) => void }) {
  return (
    <Ask
      title="This server asks for a key to make boards"
      label="Key"
      action="Make the board"
      close={close}
      answer={text => {
        close()
        answered(text)
        return undefined
      }}
    />
  )
}
