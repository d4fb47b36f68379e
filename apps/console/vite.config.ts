/** How the page is built: JSX by Vite itself, no plug-in; nothing inlined, so that the strictest policy holds. */
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  // a proxy may serve the page below a path
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    // a data: URL would need an exception in the policy for each kind of file
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
