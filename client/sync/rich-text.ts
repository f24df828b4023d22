import { type Editor, getFontsFromRichText, renderHtmlFromRichText, type TiptapNode, type TLRichText } from 'tldraw'

/** More than this in one label keeps a page from answering while it is measured. */
const mostLetters = 20_000
const mostNodes = 2_000

/** Whether every node holds what it may. The order of marks is not looked at, as tldraw's own check would: other programs write them in any. */
const holdsTogether = (node: TiptapNode): boolean => node.type.validContent(node.content) && node.children.every(holdsTogether)

/**
 * What looks through rich text the way it is drawn: as a tree of the very schema tldraw edits it with, and as the HTML it shows and
 * measures. `root` gets the tree from tldraw's own search for fonts, the one place that hands it out.
 */
export function createTextCheck(editor: Editor, root: () => TiptapNode | undefined): (richText: TLRichText) => string | undefined {
  const known = new WeakMap<object, string | { readonly isFine: true }>()
  const look = (richText: TLRichText): string | undefined => {
    getFontsFromRichText(editor, richText, { family: '', weight: '', style: '' })
    const tree = root()
    if (!tree || tree.type !== tree.type.schema.topNodeType) return 'its text is none'
    let nodes = 0
    tree.descendants(() => void nodes++)
    if (nodes > mostNodes || tree.textContent.length > mostLetters) return 'its text is too long'
    // A text nobody has written yet is kept without a paragraph by some programs, and drawn as what it is.
    if (tree.childCount > 0 && !holdsTogether(tree)) return 'its text does not hold together'
    renderHtmlFromRichText(editor, richText)
    return undefined
  }
  return richText => {
    const before = known.get(richText)
    if (before !== undefined) return typeof before === 'string' ? before : undefined
    const reason = look(richText)
    known.set(richText, reason ?? { isFine: true })
    return reason
  }
}
