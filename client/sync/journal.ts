import { rebase } from '../../shared/text.ts'

/**
 * What one person wrote on cards, so that their undo takes back their own letters and nobody else's. tldraw's undo puts a
 * whole old text back; this works out what the text is when only their edits are reversed.
 */
export interface Journal {
  /** Notes an edit somebody made here. */
  note(card: string, before: string, after: string): void
  /**
   * The text a card should have when history wants to set it to `target`: their edits back to `target` reversed (or, when it
   * is a redo, made again) on top of what the text is now.
   */
  replay(card: string, now: string, target: string): string
}

interface Edit {
  readonly before: string
  readonly after: string
}

interface Page {
  readonly done: Edit[]
  readonly undone: Edit[]
}

/** Edits kept per card: more than anybody takes back. */
const longest = 1_000

export function createJournal(): Journal {
  const pages = new Map<string, Page>()
  const pageOf = (card: string): Page => {
    const page = pages.get(card) ?? { done: [], undone: [] }
    pages.set(card, page)
    return page
  }
  return {
    note(card, before, after) {
      const page = pageOf(card)
      page.done.push({ before, after })
      page.undone.length = 0
      if (page.done.length > longest) page.done.shift()
    },
    replay(card, now, target) {
      const { done, undone } = pageOf(card)
      const back = done.findLastIndex(edit => edit.before === target)
      if (back >= 0) {
        let text = now
        for (const edit of done.splice(back).reverse()) {
          text = rebase(edit.after, edit.before, text)
          undone.push(edit)
        }
        return text
      }
      const again = undone.findLastIndex(edit => edit.after === target)
      if (again >= 0) {
        let text = now
        for (const edit of undone.splice(again).reverse()) {
          text = rebase(edit.before, edit.after, text)
          done.push(edit)
        }
        return text
      }
      return now
    },
  }
}
