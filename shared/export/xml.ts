/** Letters that XML 1.0 cannot hold, and halves of characters. */
// oxlint-disable-next-line no-control-regex -- these are what XML forbids
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** Anything that is not said as it is. Most texts hold none of it: numbers, colours, and most of what people write. */
// oxlint-disable-next-line no-control-regex -- as above
const odd = /[\u0000-\u0008\u000b-\u001f&<>"'\ud800-\udfff\ufffe\uffff]/

/** A text as XML says it, inside an element or between quotation marks; without the letters it has no way to say. */
export const xml = (text: string): string => (odd.test(text) ? escaped(text) : text)

const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(forbidden, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll('\r', '&#13;')
