/**
 * Marks a text with a word nobody would write: with kerning a browser breaks one of thousands of letters into lines for a tenth of
 * a second, and a board may hold thousands of such texts. The style sheet leaves kerning out of what is marked.
 */
export const unbroken = (text: string): { readonly 'data-unbroken'?: true } => (/[^ \t\n]{200}/.test(text) ? { 'data-unbroken': true } : {})
