import plus from 'lucide/dist/esm/icons/plus.mjs'
import { useCallback, useEffect, useRef, useState } from 'react'
import { createUserId, type Editor, react, type TLCameraMoveOptions, useValue } from 'tldraw'
import { outlineOf } from '../../shared/outline.ts'
import { close as reasons } from '../../shared/protocol.ts'
import { reportAddress } from '../address.ts'
import type { ServerConfig } from '../api.ts'
import { Canvas } from '../canvas/Canvas.tsx'
import { loadTidy } from '../canvas/commands.ts'
import { listenAnywhere } from '../canvas/keys.ts'
import { shapeIdOf, recordIdOf } from '../sync/codec.ts'
import type { RecordId } from '../../shared/ids.ts'
import type { Bringing } from '../canvas/bring.ts'
import { focusMap } from '../canvas/focus.ts'
import { boardNow } from '../canvas/model.ts'
import type { Removing } from '../canvas/removal.ts'
import type { Said } from '../canvas/say.ts'
import { Outline } from '../panels/Outline.tsx'
import { StateLine } from '../panels/StateLine.tsx'
import { type MenuChoice, TopBar } from '../panels/TopBar.tsx'
import { ZoomBar, type ZoomBarProps } from '../panels/ZoomBar.tsx'
import { CopyReport, Failed, type FailedProps } from '../ui/Failed.tsx'
import { Fence } from '../ui/Fence.tsx'
import { Fenced } from '../ui/Fenced.tsx'
import { Icon } from '../ui/Icon.tsx'
import { loaded } from '../ui/load.ts'
import { part } from '../ui/Part.tsx'
import { readKept } from '../kept.ts'
import { chooseTheme } from '../ui/theme-choice.ts'
import { canvasIsLicensed } from './licence.ts'
import { mostOnCanvas } from './limits.ts'
import type { OpenBoard } from './open.ts'
import { PaletteFor } from './PaletteFor.tsx'
import { QuickAddFor } from './QuickAddFor.tsx'
import type { SheetName } from './Sheets.tsx'
import { useShown } from './use-shown.ts'
import { WithoutCanvas } from './WithoutCanvas.tsx'
import './workspace.css'

/** What bringing something in takes is loaded with the first time. */
const BringIn = part(() => import('./BringIn.tsx'), { name: 'Bringing in', over: true })
const PictureFor = part(() => import('./PictureFor.tsx'), { name: 'Picture', over: true })
const ExportFor = part(() => import('./ExportFor.tsx'), { name: 'Export', over: true })
const ChecksFor = part(() => import('./ChecksFor.tsx'), { name: 'Checks', failed: FailedPanel })
const loadPanels = () => import('./Panels.tsx')
const Panels = part(loadPanels, { name: 'Panel', failed: FailedPanel })
const loadTrace = () => import('./TraceFor.tsx')
const TraceFor = part(loadTrace, { name: 'Path', failed: FailedPath })
const PastFor = part(() => import('./PastFor.tsx'), { name: 'Removed things', over: true })
const RemoveBoardFor = part(() => import('./RemoveBoardFor.tsx'), { name: 'Removing the board', over: true })
const loadSheets = () => import('./Sheets.tsx')
const Sheets = part(loadSheets, { name: 'Dialog', over: true })
const loadRemove = () => import('./RemoveFor.tsx')
const RemoveFor = part(loadRemove, { name: 'Removing', over: true })

type Sheet = SheetName | 'export' | 'picture' | 'removed' | 'remove'

export interface WorkspaceProps {
  readonly board: OpenBoard
  readonly config: ServerConfig
  /** Something to be said at once. */
  readonly news: string | undefined
  /** What the link leads to. */
  readonly show: RecordId | undefined
}

/** The board on the screen: the map in the middle, and around it what belongs to it. */
export function Workspace({ board, config, news, show }: WorkspaceProps) {
  const [editor, setEditor] = useState<Editor>()
  const [sheet, setSheet] = useState<Sheet>()
  // On a narrow screen the list comes first: a whole map says little there.
  const [outline, setOutline] = useState(() => matchMedia('(max-width: 48rem)').matches)
  const [said, setSaid] = useState<Said | undefined>(news === undefined ? undefined : { sentence: news, stays: false })
  const [bringing, setBringing] = useState<{ readonly what: Bringing | undefined; readonly nth: number }>()
  const [removing, setRemoving] = useState<Removing>()
  const [checks, setChecks] = useState(false)
  const [traced, setTraced] = useState<RecordId>()
  const [adding, setAdding] = useState(false)
  /** Whether the canvas threw as a whole, and how often it was opened again since. */
  const [stopped, setStopped] = useState<{ readonly is: boolean; readonly times: number; readonly error?: unknown }>({ is: false, times: 0 })
  const { model, membership } = board
  const meta = useValue(model.meta)
  const canWrite = useValue(board.canWrite)
  const readOnlyBecause = useValue(board.readOnlyBecause)
  const standing = useValue(board.standing)
  const hidden = useValue(board.binding.hidden)
  const people = useValue('people', () => board.people.get().map(person => ({ key: String(person.client), name: person.name, sector: person.sector, place: meta.sectors.indexOf(person.sector) })), [board, meta])
  const grown = useValue('whether it has grown too large', () => (board.size.get() > mostOnCanvas ? `This board holds ${board.size.get().toLocaleString('en')} things by now, and a page draws at most ${mostOnCanvas.toLocaleString('en')}. This map goes on as it is; once the page is loaded again, there are the report and the exports instead.` : undefined), [board])
  const isSelected = useValue('whether anything is selected', () => (editor?.getSelectedShapeIds().length ?? 0) > 0, [editor])
  const licensed = canvasIsLicensed(config)

  const ready = useCallback((made: Editor) => {
    setEditor(made)
    showAll(made, { immediate: true })
    if (readKept('tab', 'manyfutures:inspect')) void import('./inspect.ts').then(({ inspect }) => inspect(made, board))
    // Two frames on, what was asked for has been drawn.
    requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('manyfutures:interactive')))
    const say = (event: Event) => setSaid((event as CustomEvent<Said>).detail)
    const take = (event: Event) => setBringing(before => ({ what: (event as CustomEvent<Bringing>).detail, nth: (before?.nth ?? 0) + 1 }))
    const ask = (event: Event) => setRemoving((event as CustomEvent<Removing>).detail)
    const listeners = { 'manyfutures:sentence': say, 'manyfutures:bring': take, 'manyfutures:removing': ask }
    for (const [name, listener] of Object.entries(listeners)) made.getContainer().addEventListener(name, listener)
    return () => {
      for (const [name, listener] of Object.entries(listeners)) made.getContainer().removeEventListener(name, listener)
      setEditor(undefined)
    }
  }, [board])

  const saying = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (said === undefined || said.stays) return undefined
    // What can be acted on stays longer, and while somebody is at it.
    const over = () => (saying.current?.matches(':hover, :focus-within') ? (timer = setTimeout(over, 2_000)) : setSaid(undefined))
    let timer = setTimeout(over, said.act ? 15_000 : 6_000)
    return () => clearTimeout(timer)
  }, [said])

  // What is taken back is no longer so.
  useEffect(
    () =>
      editor &&
      react('undone', () => {
        if (editor.getCanRedo()) setSaid(last => (last?.stays ? last : undefined))
      }),
    [editor],
  )

  const notHere = useCallback((sentence: string) => setSaid({ sentence, stays: false }), [])
  useShown(board, editor, show, notHere)

  const endBringing = useCallback(() => setBringing(undefined), [])
  const endRemoving = useCallback(() => setRemoving(undefined), [])
  // Fetched while the connection is there, and out of the way of what comes first.
  useEffect(() => {
    const soon = setTimeout(() => void loaded(() => Promise.all([loadSheets(), loadRemove(), loadTidy()])).catch(() => undefined), 3_000)
    return () => clearTimeout(soon)
  }, [])

  useEffect(() => {
    if (editor) void loaded(() => Promise.all([loadPanels(), loadTrace()])).catch(() => undefined)
  }, [editor])

  const endAdding = useCallback(() => setAdding(false), [])
  const mayAdd = editor !== undefined && canWrite
  useEffect(() => listenAnywhere({ help: () => setSheet('keys'), quickAdd: mayAdd ? () => setAdding(true) : undefined }), [mayAdd])

  const endTrace = useCallback(() => setTraced(undefined), [])

  const menu: MenuChoice[] = [
    { id: 'export', label: 'Export', run: () => setSheet('export') },
    { id: 'report', label: 'Report', href: reportAddress(membership.board), run: () => board.binding.flush() },
    ...(editor ? [{ id: 'picture', label: 'Save as a picture or PDF', run: () => setSheet('picture') }] : []),
    ...(mayAdd ? [{ id: 'bring', label: 'Bring in a file or a table', run: () => setBringing({ what: undefined, nth: 0 }) }] : []),
    ...(membership.role === 'facilitator' ? [{ id: 'template', label: 'Save as a template', run: () => setSheet('template') }] : []),
    ...(membership.role === 'facilitator' ? [{ id: 'removed', label: 'Removed things', run: () => setSheet('removed') }] : []),
    ...(membership.role === 'facilitator' ? [{ id: 'people', label: 'People', run: () => setSheet('people') }] : []),
    { id: 'details', label: 'About this board', run: () => setSheet('details') },
    ...(membership.role === 'facilitator' ? [{ id: 'remove', label: standing.is === 'ended' && standing.sentence === reasons.gone.reason ? 'Bring this board back' : 'Remove this board', run: () => setSheet('remove') }] : []),
    { id: 'keys', label: 'Keys', run: () => setSheet('keys') },
    { id: 'light', label: 'Light', run: () => chooseTheme('light'), apart: true },
    { id: 'dark', label: 'Dark', run: () => chooseTheme('dark') },
    { id: 'system', label: 'As the system is', run: () => chooseTheme('system') },
  ]

  const hasCanvas = licensed && !stopped.is
  const showOutline = outline || !hasCanvas
  return (
    <div className="workspace" data-outline={showOutline || undefined} data-watching={canWrite && hasCanvas ? undefined : true}>
      <Fenced part="Bar">
        <TopBar
          title={meta.title}
          focus={meta.focus}
          people={people}
          state={<StateLine standing={standing} hidden={hidden} />}
          invite={membership.role === 'facilitator' ? () => setSheet('invite') : undefined}
          menu={menu}
          goTo={key => {
            const person = board.people.get().find(each => String(each.client) === key)
            if (person) editor?.zoomToUser(createUserId(`${person.id}-${person.client}`))
          }}
        />
      </Fenced>
      {editor && canWrite && (
        <Fenced part="Palette">
          <PaletteFor editor={editor} board={board} />
        </Fenced>
      )}
      {showOutline && (
        <Fenced part="Outline" place="outline" close={hasCanvas ? () => setOutline(false) : undefined}>
          <OutlineFor board={board} editor={editor} show={hasCanvas ? undefined : show} close={hasCanvas ? () => setOutline(false) : undefined} />
        </Fenced>
      )}
      <div className="map">
        {licensed && !stopped.is ? (
          <Fence key={stopped.times} instead={null} caught={error => setStopped(({ times }) => ({ is: true, times, error }))}>
            <Canvas board={board} licenseKey={config.licenseKey ?? undefined} ready={ready} />
          </Fence>
        ) : (
          <WithoutCanvas board={board}>
            {licensed ? <Stopped error={stopped.error} reopen={() => setStopped(({ times }) => ({ is: false, times: times + 1 }))} /> : <NoLicence board={board} />}
            <button type="button" className="button" data-small onClick={() => setSheet('export')}>
              Export
            </button>
          </WithoutCanvas>
        )}
        {editor && (
          <Fenced part="View">
            <ZoomBarFor editor={editor} outline={outline} toggleOutline={() => setOutline(shown => !shown)} checks={checks} toggleChecks={() => setChecks(shown => !shown)} />
          </Fenced>
        )}
        {mayAdd && (
          <button type="button" className="quick-add-button" aria-label="Write a new card" aria-expanded={adding} title="Write a new card (N)" onClick={() => setAdding(!adding)}>
            <Icon of={plus} size={22} />
          </button>
        )}
        {mayAdd && adding && (
          <Fenced part="New card" place="quick-add" close={endAdding}>
            <QuickAddFor editor={editor} board={board} close={endAdding} />
          </Fenced>
        )}
        {(grown ?? readOnlyBecause) && standing.is !== 'ended' && <p className="read-only">{grown ?? readOnlyBecause}</p>}
        {editor && traced && <TraceFor editor={editor} board={board} card={traced} close={endTrace} />}
        {said && (
          <div ref={saying} className="read-only said">
            <span role="status">{said.sentence}</span>
            {said.act && (
              <button
                type="button"
                className="link"
                onClick={() => {
                  setSaid(undefined)
                  said.act?.run()
                }}
              >
                {said.act.label}
              </button>
            )}
          </div>
        )}
      </div>
      {editor && (checks ? <ChecksFor editor={editor} board={board} close={() => setChecks(false)} /> : isSelected && <Panels editor={editor} board={board} trace={setTraced} say={notHere} close={() => editor.selectNone()} />)}
      {mayAdd && bringing && <BringIn key={bringing.nth} editor={editor} board={board} what={bringing.what} most={config.maxFile} close={endBringing} />}
      {editor && removing && <RemoveFor editor={editor} me={board.me} removing={removing} close={endRemoving} />}
      {sheet === 'export' && <ExportFor board={board} picture={editor && (() => setSheet('picture'))} close={() => setSheet(undefined)} />}
      {editor && sheet === 'picture' && <PictureFor editor={editor} board={board} close={() => setSheet(undefined)} />}
      {sheet === 'removed' && <PastFor board={board} editor={editor} close={() => setSheet(undefined)} />}
      {sheet === 'remove' && <RemoveBoardFor board={board} close={() => setSheet(undefined)} />}
      {sheet && sheet !== 'export' && sheet !== 'picture' && sheet !== 'removed' && sheet !== 'remove' && <Sheets sheet={sheet} board={board} editor={editor} close={() => setSheet(undefined)} />}
    </div>
  )
}

/** Everything at once; a few cards at their own size, not as large as the screen. */
function showAll(editor: Editor, options: TLCameraMoveOptions): void {
  const bounds = editor.getCurrentPageBounds()
  if (bounds) editor.zoomToBounds(bounds, { ...options, targetZoom: 1 })
}

/** Where a path would be told. */
function FailedPath(props: FailedProps) {
  return <Failed {...props} place="read-only" />
}

/** Where a panel would be. */
function FailedPanel(props: FailedProps) {
  return <Failed {...props} place="side" />
}

/** Why there is no canvas where tldraw would hide it for want of a key. */
function NoLicence({ board }: { board: OpenBoard }) {
  return (
    <>
      <p>
        <b>The map can be seen here, and not changed.</b> It follows what others do. Outline and export work.
      </p>
      {board.membership.role === 'facilitator' && <p className="small quiet">This server has no tldraw licence key, which the map needs on an HTTPS address. Whoever runs the server can set TLDRAW_LICENSE_KEY; the README says how.</p>}
    </>
  )
}

/** Why there is none after something threw that no fence inside of it could keep to one shape. */
function Stopped({ error, reopen }: { error: unknown; reopen: () => void }) {
  return (
    <>
      <p role="alert">
        <b>The map stopped.</b> What this page called saved, or kept on this device, is there, and others go on. Here it is as a drawing; outline, export and report work.
      </p>
      <button type="button" className="button" data-small data-main onClick={reopen}>
        Open the map again
      </button>
      <CopyReport part="Map" of={error} />
    </>
  )
}

/** The board as a list. Without a map, `show` is what is to be seen in it. */
function OutlineFor({ board, editor, show, close }: { board: OpenBoard; editor: Editor | undefined; show: RecordId | undefined; close: (() => void) | undefined }) {
  const { model } = board
  const entries = useValue(
    'outline',
    () => outlineOf(boardNow(model)),
    [model],
  )
  const selected = useValue('selected', () => new Set<string>(editor ? editor.getSelectedShapeIds().map(recordIdOf) : show && [show]), [editor, show])
  return <Outline entries={entries} selected={selected} show={
        editor &&
        ((id, byKey) => {
          board.commands.show(recordIdOf(shapeIdOf(id)))
          // Whoever came by keys goes on with keys, on the map.
          if (byKey) focusMap(editor)
        })
      } close={close} reveal={show} />
}

function ZoomBarFor({ editor, ...sides }: { editor: Editor } & Pick<ZoomBarProps, 'outline' | 'toggleOutline' | 'checks' | 'toggleChecks'>) {
  const zoom = useValue('zoom', () => editor.getZoomLevel(), [editor])
  // Once a link is closed, there is nothing left to take back.
  const canUndo = useValue('can undo', () => editor.getCanUndo() && !editor.getIsReadonly(), [editor])
  const canRedo = useValue('can redo', () => editor.getCanRedo() && !editor.getIsReadonly(), [editor])
  const animation = { animation: { duration: editor.user.getAnimationSpeed() * 220 } }
  return (
    <ZoomBar
      zoom={zoom}
      canUndo={canUndo}
      canRedo={canRedo}
      {...sides}
      undo={() => editor.undo()}
      redo={() => editor.redo()}
      zoomIn={() => editor.zoomIn(undefined, animation)}
      zoomOut={() => editor.zoomOut(undefined, animation)}
      wholeSize={() => editor.resetZoom(undefined, animation)}
      fit={() => showAll(editor, animation)}
    />
  )
}
