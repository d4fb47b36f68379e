/** Starts the page. */
import 'uplot/dist/uPlot.min.css'
import './styles/tokens.css'
import './styles/frame.css'
import './styles/controls.css'
import './styles/frame-narrow.css'
import './styles/key-figures.css'
import './styles/tables.css'
import './styles/sessions.css'
import './styles/borders.css'
import './styles/lines.css'
import './styles/charts.css'
import './styles/events.css'
import './styles/panel-states.css'
import './styles/panels-narrow.css'
import './styles/map.css'
import './styles/map-agents.css'
import { render } from 'preact'
import { App } from './app.tsx'
import { startEvents } from './state/events.ts'
import { listenToKeys } from './state/keyboard.ts'
import { startStatus } from './state/resources.ts'
import { loadFonts } from './ui/fonts.ts'

const fonts = loadFonts()
listenToKeys()
startStatus()
startEvents()
await fonts
render(<App />, document.getElementById('root')!)
