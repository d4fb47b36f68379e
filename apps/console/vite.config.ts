/** How the page is built: JSX by Vite itself; nothing inlined, so that the strictest policy holds. */
import { defineConfig, type Plugin } from 'vite'

/** What the page does not need of kinds of events: it gets events with their severity, shows sentences, and is to be small. */
const ofOthers = /\b(severity|changes|tried|matter|why|follows|undo|ends): '(?:[^'\\]|\\.)*',\s*/g
const sentencesAlone: Plugin = {
  name: 'sentences-alone',
  enforce: 'pre', // as they are written
  transform: (code, id) => (id.includes('/packages/api/src/sentences/') ? code.replaceAll(ofOthers, '') : undefined),
}

/** What uPlot offers and the page does not use; its other functions are in use, or small. */
const unusedOfPlot = /^\s*\(?(paths\.(stepped|bars|spline)|uPlot\.(join|addGap|clipGaps))\s*= \w+\)?;$/gm
const plotAsUsed: Plugin = {
  name: 'plot-as-used',
  transform: (code, id) => (id.endsWith('/uPlot.esm.js') ? code.replaceAll(unusedOfPlot, '') : undefined),
}

export default defineConfig({
  root: import.meta.dirname,
  // a proxy may serve the page below a path
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [sentencesAlone, plotAsUsed],
  build: {
    target: 'es2023',
    // a data: URL would need an exception in the policy for each kind of file
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
