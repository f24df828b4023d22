import { type Editor, defaultHandleExternalTextContent } from 'tldraw'
import { longestText } from '../../shared/board.ts'
import type { Commands } from './commands.ts'

/**
 * What is pasted or dropped. Nothing is fetched from elsewhere: tldraw would have every reader's browser ask a pasted address
 * what it looks like. Text becomes a card, pictures wait for a server that keeps them.
 */
export function keepContentHere(editor: Editor, commands: Commands): () => void {
  const toast = (sentence: string) => editor.getContainer().dispatchEvent(new CustomEvent('manyfutures:sentence', { detail: sentence, bubbles: true }))
  editor.registerExternalAssetHandler('url', null)
  editor.registerExternalAssetHandler('file', null)
  editor.registerExternalContentHandler('files', () => toast('Pictures cannot be added to a board yet.'))
  editor.registerExternalContentHandler('file-replace', null)
  editor.registerExternalContentHandler('embed', null)
  editor.registerExternalContentHandler('svg-text', null)
  editor.registerExternalContentHandler('url', ({ url, point }) => addText(url, point))
  editor.registerExternalContentHandler('text', async content => {
    const { text, point } = content
    if (text.trim().length <= longestText) addText(text, point)
    else await defaultHandleExternalTextContent(editor, content)
  })
  const addText = (text: string, point: { x: number; y: number } | undefined) => void commands.addCard('note', point ?? editor.getViewportPageBounds().center, text.trim())
  return () => undefined
}
