/**
 * The two typefaces, served with the page: the Latin subsets of Inter and JetBrains Mono (SIL Open Font License).
 * Where they do not come at once, and for letters they lack, the system's own show: what has been drawn does not jump.
 * @module
 */
import inter from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url'
import jetBrainsMono from '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2?url'

export function loadFonts(): void {
  for (const [family, url] of [
    ['Inter', inter],
    ['JetBrains Mono', jetBrainsMono],
  ] as const) {
    const face = new FontFace(family, `url(${url}) format("woff2")`, { weight: '100 900', display: 'optional' })
    document.fonts.add(face)
    // a typeface that does not come leaves the system's own: nothing to mend
    face.load().catch(() => undefined)
  }
}
