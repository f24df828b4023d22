import draw from '@tldraw/assets/fonts/Shantell_Sans-Informal_Regular.woff2?url'
import drawBold from '@tldraw/assets/fonts/Shantell_Sans-Informal_Bold.woff2?url'
import drawItalic from '@tldraw/assets/fonts/Shantell_Sans-Informal_Regular_Italic.woff2?url'
import drawItalicBold from '@tldraw/assets/fonts/Shantell_Sans-Informal_Bold_Italic.woff2?url'
import mono from '@tldraw/assets/fonts/IBMPlexMono-Medium.woff2?url'
import monoBold from '@tldraw/assets/fonts/IBMPlexMono-Bold.woff2?url'
import monoItalic from '@tldraw/assets/fonts/IBMPlexMono-MediumItalic.woff2?url'
import monoItalicBold from '@tldraw/assets/fonts/IBMPlexMono-BoldItalic.woff2?url'
import sans from '@tldraw/assets/fonts/IBMPlexSans-Medium.woff2?url'
import sansBold from '@tldraw/assets/fonts/IBMPlexSans-Bold.woff2?url'
import sansItalic from '@tldraw/assets/fonts/IBMPlexSans-MediumItalic.woff2?url'
import sansItalicBold from '@tldraw/assets/fonts/IBMPlexSans-BoldItalic.woff2?url'
import serif from '@tldraw/assets/fonts/IBMPlexSerif-Medium.woff2?url'
import serifBold from '@tldraw/assets/fonts/IBMPlexSerif-Bold.woff2?url'
import serifItalic from '@tldraw/assets/fonts/IBMPlexSerif-MediumItalic.woff2?url'
import serifItalicBold from '@tldraw/assets/fonts/IBMPlexSerif-BoldItalic.woff2?url'
import icons from '@tldraw/assets/icons/icon/0_merged.svg?url'
import english from '@tldraw/assets/translations/en.json?url'
import { DEFAULT_EMBED_DEFINITIONS, iconTypes, LANGUAGES } from 'tldraw'

const family = (name: string, regular: string, bold: string, italic: string, italicBold: string) => ({ [name]: regular, [`${name}_bold`]: bold, [`${name}_italic`]: italic, [`${name}_italic_bold`]: italicBold })

/**
 * Where tldraw finds its fonts, icons and words: all on this host. Whatever has no address here it would ask its own makers'
 * servers for, so everything has one; languages and embedded pages that boards do not have share those there are.
 */
export const assetUrls = {
  fonts: {
    ...family('tldraw_draw', draw, drawBold, drawItalic, drawItalicBold),
    ...family('tldraw_mono', mono, monoBold, monoItalic, monoItalicBold),
    ...family('tldraw_sans', sans, sansBold, sansItalic, sansItalicBold),
    ...family('tldraw_serif', serif, serifBold, serifItalic, serifItalicBold),
  },
  icons: Object.fromEntries(iconTypes.map(name => [name, `${icons}#${name}`])),
  translations: Object.fromEntries(LANGUAGES.map(({ locale }) => [locale, english])),
  embedIcons: Object.fromEntries(DEFAULT_EMBED_DEFINITIONS.map(({ type }) => [type, icons])),
}
