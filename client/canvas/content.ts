import { AssetRecordType, type Editor, type TldrawOptions, type TLExternalContentSource, type VecLike } from 'tldraw'
import { type Pasted, readPasted, sayPasted } from '../../shared/table.ts'
import type { RecordId } from '../../shared/ids.ts'
import { mayBeSource } from '../../shared/import/accepted.ts'
import { bring, isFileText } from './bring.ts'
import type { Commands } from './commands.ts'
import { isTyping } from './keys.ts'
import { isPicture, keepSourcesHere, type Pictures } from './pictures.ts'
import { loaded } from '../ui/load.ts'
import { say } from './say.ts'

/** What sends pictures is loaded with the first one. */
const loadSending = () => import('./send-pictures.ts')
const notLoaded = 'What sends pictures could not be loaded, so none was added. Check your connection and try again.'

/**
 * What is pasted or dropped. Nothing is fetched from elsewhere: tldraw would have every reader's browser ask a pasted address
 * what it looks like. Text becomes cards, pictures go to the board's own server.
 */
export function keepContentHere(editor: Editor, commands: Commands, pictures: Pictures): () => void {
  const put = (text: string, at: VecLike = whereToPaste(editor)) => {
    if (isFileText(text)) return bring(editor, { name: 'what was pasted', bytes: new Blob([text]), at })
    const pasted = readPasted(text)
    const { sentence, ids } = addRead(editor, commands, pasted, { at })
    // A table can be taken in more than one way.
    const columns = { label: 'Say what the columns hold', run: () => bring(editor, { name: 'the pasted table', bytes: new Blob([text]), at, instead: ids }) }
    const isTable = pasted.is === 'rows' || pasted.is === 'cells'
    // One card of one text needs no words.
    if (ids.length !== 1 || sentence.includes(',')) say(editor, sentence, undefined, isTable && ids.length ? columns : undefined)
  }
  /** Of files that are let go together one can be a board or a table; the others are pictures, or said to be none. */
  const putFiles = (files: readonly File[], at: VecLike): Promise<void> | void => {
    const source = editor.getIsReadonly() ? undefined : files.find(file => !isPicture(file) && mayBeSource(file))
    const rest = files.filter(file => file !== source)
    if (source) bring(editor, { name: source.name, bytes: source, at })
    if (rest.length) return loaded(loadSending).then(({ addPictures }) => addPictures(editor, pictures, rest, at), () => say(editor, notLoaded))
  }
  editor.registerExternalAssetHandler('url', null)
  editor.registerExternalAssetHandler('file', async ({ file, assetId = AssetRecordType.createId() }) => {
    const { sendPasted } = await loaded(loadSending).catch((error: unknown) => {
      say(editor, notLoaded)
      throw error
    })
    return sendPasted(editor, pictures, file, assetId)
  })
  editor.registerExternalContentHandler('files', ({ files, point }) => putFiles(files, point ?? whereToPaste(editor)))
  editor.registerExternalContentHandler('file-replace', null)
  editor.registerExternalContentHandler('embed', null)
  editor.registerExternalContentHandler('svg-text', null)
  editor.registerExternalContentHandler('url', ({ url, point, sources }) => {
    // Of several addresses tldraw hands over one by one: the first brings all of them.
    const whole = plainOf(sources)?.trim()
    if (!whole?.includes('\n')) put(url, point)
    else if (whole.startsWith(url)) put(whole, point)
  })
  // Spreadsheets send their cells as a page too, which has no rows any more by the time it gets here.
  editor.registerExternalContentHandler('text', ({ text, point, sources }) => put(plainOf(sources) ?? text, point))

  const pasted = (event: ClipboardEvent): void => {
    if (event.defaultPrevented || editor.getIsReadonly() || editor.getEditingShapeId() !== null || editor.menus.hasAnyOpenMenus()) return
    if (isTyping(event.target) || isTyping(document.activeElement) || (event.target instanceof Element && event.target.closest('[role="dialog"]'))) return
    const text = textIn(event.clipboardData)
    if (text === undefined) return
    event.preventDefault()
    event.stopImmediatePropagation()
    put(text)
  }
  const page = editor.getContainer().ownerDocument
  page.addEventListener('paste', pasted, { capture: true })
  const stopSources = keepSourcesHere(editor)
  return () => {
    stopSources()
    page.removeEventListener('paste', pasted, { capture: true })
  }
}

/** The text to make cards of; nothing where the clipboard holds a part of a board, or a picture and not a table. */
function textIn(data: DataTransfer | null): string | undefined {
  const text = data?.getData('text/plain') ?? ''
  const page = data?.getData('text/html') ?? ''
  if (text.trim() === '' || page.includes('data-tldraw') || /^\s*\{"type":"(application\/tldraw|excalidraw)/.test(text)) return undefined
  // Spreadsheets add a picture of the cells.
  return data?.files.length && !/<table/i.test(page) ? undefined : text
}

const plainOf = (sources: TLExternalContentSource[] = []): string | undefined =>
  sources.flatMap(source => (source.type === 'text' && source.subtype === 'text' && source.data.trim() !== '' ? [source.data] : []))[0]

/** Under the pointer while it is on the map, else in the middle of what is seen. */
function whereToPaste(editor: Editor): VecLike {
  const seen = editor.getViewportPageBounds()
  const pointer = editor.inputs.getCurrentPagePoint()
  return editor.getContainer().matches(':hover') && seen.containsPoint(pointer) ? pointer.clone() : seen.center
}

interface Where {
  readonly at: VecLike
  readonly kind?: string
  /** The card that the new ones follow from, if any; the selection stays then. */
  readonly after?: RecordId | undefined
  readonly stay?: 'stay'
  /** Cards that go where these come. */
  readonly instead?: readonly RecordId[] | undefined
}

/** Makes the cards of what was read, and says in a sentence what became of it. */
export function addRead(editor: Editor, commands: Commands, pasted: Pasted, { at, kind = 'note', after, stay, instead }: Where): { sentence: string; ids: readonly RecordId[] } {
  if (pasted.is === 'nothing' || pasted.is === 'too much') return { sentence: sayPasted(pasted), ids: [] }
  if (editor.getCurrentPageShapeIds().size + pasted.cards.length * 2 > editor.options.maxShapesPerPage) return { sentence: 'This board has no room for as many cards. Nothing was made.', ids: [] }
  const closed = after && commands.closedAfter(after)
  if (closed) return { sentence: closed, ids: [] }
  if (after) return { sentence: sayPasted(pasted), ids: commands.addFollowing(after, pasted.cards, kind) }
  const { ids, beside } = commands.addCards(pasted.cards, at, kind, stay, instead)
  return { sentence: sayPasted(pasted, beside), ids }
}

/** Relations between copied cards go with them, selected or not. */
export const copying = {
  onBeforeCopyToClipboard({ editor, content }) {
    const copied = new Set<string>(content.shapes.map(shape => shape.id))
    const between = editor.getCurrentPageShapes().filter(shape => {
      const ends = shape.type === 'arrow' && !copied.has(shape.id) ? editor.getBindingsFromShape(shape, 'arrow') : []
      return ends.length === 2 && ends.every(end => copied.has(end.toId))
    })
    return between.length ? editor.getContentFromCurrentPage([...content.rootShapeIds, ...between.map(shape => shape.id)]) : undefined
  },
} satisfies Partial<TldrawOptions>
