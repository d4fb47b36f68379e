/** Events as a list: when, about what, how severe, and the sentence. */
import type { Event } from '@vagus/api'
import { formatDateTime, formatTime } from '../figures/clock.ts'
import { textOf } from '../state/events.ts'
import { now } from '../state/live.ts'
import { clock } from '../state/preferences.ts'

const dayMilliseconds = 86_400_000

export function EventsList({ events, label }: { readonly events: readonly Event[]; readonly label: string }) {
  return (
    <div class="events" tabIndex={0} role="region" aria-label={label}>
      <ol>
        {events.map((event) => (
          <li key={event.id} class={event.severity}>
            <div class="meta">
              <Time at={event.at} />
              <span class="severity">{event.severity}</span>
              <span class="subject">{event.subject}</span>
            </div>
            <p>{textOf(event)}</p>
          </li>
        ))}
      </ol>
    </div>
  )
}

/** Today the time is enough. */
function Time({ at }: { readonly at: string }) {
  const milliseconds = Date.parse(at)
  const full = formatDateTime(milliseconds, clock.value)
  return (
    <time class="mono" dateTime={at} title={`${full} ${clock.value === 'utc' ? 'UTC' : 'local time'}`}>
      {now.value - milliseconds < dayMilliseconds ? formatTime(milliseconds, clock.value) : full}
    </time>
  )
}
