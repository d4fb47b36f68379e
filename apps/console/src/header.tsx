/** The head of the page: what network this is and of what it is made, whether the figures are live, and how to show them. */
import { formatTime } from './figures/clock.ts'
import { formatAge } from './figures/format.ts'
import { helpOpen } from './state/keyboard.ts'
import { age, liveness, now, paused } from './state/live.ts'
import { clock, theme, themes } from './state/preferences.ts'
import { signedOut } from './state/request.ts'
import { useStatus } from './state/resources.ts'
import { hrefOf } from './state/route.ts'
import { Segmented, plain } from './ui/segmented.tsx'
import { Who } from './who.tsx'

const clocks = [
  { value: 'utc', text: 'UTC' },
  { value: 'local', text: 'local' },
] as const

export function Header() {
  const status = useStatus().data
  return (
    <header>
      <a class="logo" href={hrefOf({ page: 'overview' })}>
        <Mark />
        Vagus
      </a>
      {status !== undefined && (
        <p class="network">
          <strong>{status.domain}</strong>
          {status.as !== null && <span class="as">AS {status.as}</span>}
          {status.substrate !== null && (
            <span class="substrate" title="what this network is made of">
              {status.substrate}
            </span>
          )}
        </p>
      )}
      <Live isKnown={status !== undefined} />
      <div class="settings">
        {!signedOut.value && (
          <button
            type="button"
            class="button"
            aria-pressed={paused.value ? 'true' : 'false'}
            onClick={() => (paused.value = !paused.value)}
          >
            {paused.value ? 'go on' : 'pause'}
          </button>
        )}
        <Segmented label="Clock" options={clocks} value={clock.value} onChoose={(value) => (clock.value = value)} />
        <Segmented
          label="Theme"
          options={plain(themes)}
          value={theme.value}
          onChoose={(value) => (theme.value = value)}
        />
        <button type="button" class="button" aria-label="Keys" onClick={() => (helpOpen.value = true)}>
          ?
        </button>
      </div>
      <Who />
    </header>
  )
}

/** Screen readers announce changes of the state, but not the passing seconds. */
function Live({ isKnown }: { readonly isKnown: boolean }) {
  // until the status arrives the network is unknown
  const unknown = signedOut.value ? 'signed out' : 'connecting'
  const state = liveness.value === 'live' && (signedOut.value || !isKnown) ? unknown : liveness.value
  return (
    <p class={`live ${state === 'signed out' ? 'signed-out' : state}`}>
      <i aria-hidden="true" />
      <span role="status">{state}</span>
      {age.value !== undefined && state !== unknown && <span class="age">{formatAge(age.value)}</span>}
      <time class="mono">
        {formatTime(now.value, clock.value)}
        {clock.value === 'utc' ? ' UTC' : ''}
      </time>
    </p>
  )
}

const Mark = () => (
  <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true">
    <path class="mark-line" d="M3 12c4 0 4-8 9-8s5 16 9 16" />
    <circle class="mark-end" cx="3" cy="12" r="2.4" />
    <circle class="mark-end" cx="21" cy="20" r="2.4" />
  </svg>
)
