/**
 * The two typefaces, served with the page: the Latin subsets of Inter and JetBrains Mono (SIL Open Font License).
 * Until they are there, and for letters they lack, the system's own show.
 * @module
 */
import inter from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url'
import jetBrainsMono from '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2?url'

/** Milliseconds: from the cache they are there sooner, and nothing jumps when a page is loaded again. */
const patience = 200

/** Fulfilled when both are there, or have taken too long: they come behind the first drawing then. */
export async function loadFonts(): Promise<void> {
  const families = [
    ['Inter', inter],
    ['JetBrains Mono', jetBrainsMono],
  ] as const
  const loading = families.map(([family, url]) => {
    const face = new FontFace(family, `url(${url}) format("woff2")`, { weight: '100 900', display: 'swap' })
    document.fonts.add(face)
    // a typeface that does not come leaves the system's own: nothing to mend
    return face.load().catch(() => undefined)
  })
  await Promise.race([Promise.all(loading), new Promise((resolve) => setTimeout(resolve, patience))])
}
