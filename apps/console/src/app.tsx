/** The frame of every page: head, navigation, the window that all figures share, and the page itself. */
import { useEffect } from 'preact/hooks'
import { formatDateTime } from './figures/clock.ts'
import { isForAgents } from './figures/for-agents.ts'
import { formatAge } from './figures/format.ts'
import { Header } from './header.tsx'
import { Help } from './help.tsx'
import { Agents } from './pages/agents.tsx'
import { Borders } from './pages/borders.tsx'
import { Devices } from './pages/devices.tsx'
import { Events } from './pages/events.tsx'
import { Intents } from './pages/intents.tsx'
import { Lines } from './pages/lines.tsx'
import { Links } from './pages/links.tsx'
import { Overview } from './pages/overview.tsx'
import { Traffic } from './pages/traffic.tsx'
import { age, answeredAt, isOld, unreachable } from './state/live.ts'
import { clock } from './state/preferences.ts'
import { signedOut } from './state/request.ts'
import { useStatus } from './state/resources.ts'
import { hrefOf, show, view } from './state/route.ts'
import { type Page, pages, windows } from './state/url-state.ts'
import { Command } from './ui/copy.tsx'
import { Segmented, plain } from './ui/segmented.tsx'
import { SignedOut } from './who.tsx'

/** `figures`: whether a page shows figures of a window that can be chosen, or the current state. */
const pageOf = {
  overview: { title: 'Overview', Content: Overview, figures: 'of a window' },
  traffic: { title: 'Traffic', Content: Traffic, figures: 'of a window' },
  links: { title: 'Links', Content: Links, figures: 'of a window' },
  borders: { title: 'Borders', Content: Borders, figures: 'of now' },
  lines: { title: 'Lines', Content: Lines, figures: 'of now' },
  intents: { title: 'Intents', Content: Intents, figures: 'of now' },
  devices: { title: 'Devices', Content: Devices, figures: 'of a window' },
  agents: { title: 'Agents', Content: Agents, figures: 'of now' },
  events: { title: 'Events', Content: Events, figures: 'of now' },
} as const

const ofNetwork: ReadonlySet<Page> = new Set<Page>(['traffic', 'links', 'borders', 'devices'])

export function App() {
  const { page } = view.value
  const { title, Content, figures } = pageOf[page]
  const status = useStatus()
  const domain = status.data?.domain
  const isConnecting = status.data === undefined && status.failure === undefined && !signedOut.value
  const phase = isOld.value ? 'old' : isConnecting ? 'connecting' : ''
  const forAgents = isForAgents(status.data)
  /** Where a controller has nothing to show: it has no network, lays no lines, or obeys nobody's intents. */
  const isEmpty = (name: Page): boolean =>
    (forAgents && ofNetwork.has(name)) ||
    ((name === 'lines' || name === 'intents') && status.data?.[name] === undefined)
  const isOffered = (name: Page): boolean => name === page || !isEmpty(name)
  const name = signedOut.value ? 'Sign in' : title
  useEffect(() => {
    document.title = domain === undefined ? `${name} · Vagus` : `${name} · ${domain} · Vagus`
  }, [name, domain])
  return (
    <div class={`app ${phase}`}>
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          // the URL holds the view: an anchor must not replace it
          event.preventDefault()
          document.querySelector<HTMLElement>('main')?.focus()
        }}
      >
        Skip to content
      </a>
      <Header />
      <nav aria-label="Pages">
        <ul>
          {pages.filter(isOffered).map((name) => (
            <li key={name}>
              <a href={hrefOf({ page: name })} aria-current={name === page ? 'page' : undefined}>
                {pageOf[name].title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main tabIndex={-1} id="content">
        {signedOut.value ? (
          <>
            <Unreachable />
            <SignedOut />
          </>
        ) : (
          <>
            <div class="page-head">
              <h1>{title}</h1>
              {figures === 'of a window' && !forAgents && (
                <Segmented
                  label="Window of all figures"
                  options={plain(windows)}
                  value={view.value.last}
                  onChoose={(last) => show({ last })}
                />
              )}
            </div>
            <Unreachable />
            <Content />
          </>
        )}
      </main>
      <Help />
    </div>
  )
}

function Unreachable() {
  if (unreachable.value === undefined) return null
  const since = answeredAt.value
  return (
    <div class="banner">
      <strong role="alert">{unreachable.value}.</strong>
      <span>
        {since === undefined
          ? 'It has not answered since this page was opened.'
          : `Its last answer was at ${formatDateTime(since, clock.value)}${clock.value === 'utc' ? ' UTC' : ''}: all figures are of then, ${formatAge(age.value ?? 0)} old.`}
      </span>
      <Command text="vagus doctor" />
    </div>
  )
}
