/*
 * Styles and letters of a picture that leaves the page: those rules of the page that cards, relations and structures are drawn by, and
 * of its own fonts the parts that hold the letters in use.
 */

/** Rules that concern what is drawn on the map, and the tokens they are made of. */
const concerns = /\.mf-|^:root|(^|[\s,>(])\.(icon|mark|numbers|unseen|valence)\b/

/** After everything else: light paper, no buttons, no shadows of the page around. */
const own = `
:root { color-scheme: light; --table: var(--paper); }
.mf-export { position: relative; }
.mf-export, .mf-export *, .mf-caption { box-sizing: border-box; }
.mf-export p, .mf-export h2, .mf-export h3 { margin: 0; }
.mf-paper { fill: var(--paper); }
.mf-paper[data-white] { fill: white; }
.mf-begin, .mf-peer { display: none; }
.mf-caption { display: flex; gap: 2em; justify-content: space-between; align-items: center; border-top: 1px solid var(--hairline); color: var(--ink); font-family: var(--font-display); white-space: nowrap; }
.mf-caption :first-child { overflow: hidden; text-overflow: ellipsis; }
.mf-caption :last-child { flex: none; color: var(--ink-2); font-size: .8em; font-family: var(--font); }
`

/** A style sheet for a picture that says these words. */
export async function pictureStyles(page: Document, words: string): Promise<string> {
  const letters = new Set([...words].map(letter => letter.codePointAt(0) ?? 0))
  const rules: string[] = []
  const fonts: Promise<string>[] = []
  for (const sheet of page.styleSheets) {
    const base = sheet.href ?? page.baseURI
    for (const rule of sheet.cssRules) {
      if (rule instanceof CSSFontFaceRule && isOurs(rule) && holds(rule, letters)) fonts.push(embedded(rule, base))
      else if (rule instanceof CSSStyleRule && concerns.test(rule.selectorText)) rules.push(rule.cssText)
    }
  }
  return [...(await Promise.all(fonts)), ...rules, own].join('\n')
}

const isOurs = ({ style }: CSSFontFaceRule): boolean => /Source Sans 3|Literata/.test(style.getPropertyValue('font-family'))

/** Whether a part of a font has one of the letters. */
function holds({ style }: CSSFontFaceRule, letters: ReadonlySet<number>): boolean {
  const ranges = style.getPropertyValue('unicode-range')
  if (ranges === '') return true
  return ranges.split(',').some(range => {
    const [, from = '', to = from] = /U\+([\dA-F]+)(?:-([\dA-F]+))?/i.exec(range) ?? []
    const [first, last] = [Number.parseInt(from, 16), Number.parseInt(to, 16)]
    for (const letter of letters) if (letter >= first && letter <= last) return true
    return false
  })
}

const fetched = new Map<string, Promise<string>>()

/** The rule with its file inside of it. A font that cannot be loaded is left to the reader's own letters. */
async function embedded(rule: CSSFontFaceRule, base: string): Promise<string> {
  const [source, path = ''] = /url\("?([^")]+)"?\)/.exec(rule.cssText) ?? []
  if (!source) return ''
  const url = new URL(path, base).href
  const data = fetched.get(url) ?? dataOf(url)
  fetched.set(url, data)
  return data.then(
    address => rule.cssText.replace(source, `url("${address}")`),
    () => {
      fetched.delete(url)
      return ''
    },
  )
}

async function dataOf(url: string): Promise<string> {
  const response = await fetch(url)
  if (!response.ok) throw new Error('A font did not come')
  const blob = await response.blob()
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(String(reader.result)))
    reader.addEventListener('error', () => reject(reader.error ?? new Error('A font could not be read')))
    reader.readAsDataURL(blob)
  })
}
