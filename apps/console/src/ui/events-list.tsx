/** Events as a list: when, about what, how severe, and the sentence; like ones in one line that opens. */
import type { Event } from '@vagus/api'
import { formatDateTime, formatTime } from '../figures/clock.ts'
import { withUnitsKept } from '../figures/format.ts'
import { groupsOf, textOfGroup } from '../state/event-groups.ts'
import { textOf } from '../state/events.ts'
import { minute } from '../state/live.ts'
import { clock } from '../state/preferences.ts'

const dayMilliseconds = 86_400_000

interface Props {
  readonly events: readonly Event[]
  readonly label: string
  /** `lines`: the sentence beside the time, where there is the width for it. */
  readonly form: 'lines' | 'stacked'
}

export function EventsList({ events, label, form }: Props) {
  return (
    <div class={`events ${form}`} tabIndex={0} role="region" aria-label={label}>
      <ol>
        {groupsOf(events).map((group) => (
          <li key={group.id} class={group.newest.severity}>
            <div class="meta">
              <Time at={group.newest.at} />
              <span class="severity">{group.newest.severity}</span>
              <span class="subject">{group.newest.subject}</span>
            </div>
            {group.events.length === 1 ? (
              <p>{withUnitsKept(textOf(group.newest))}</p>
            ) : (
              <details>
                <summary>{withUnitsKept(textOfGroup(group, textOf))}</summary>
                <ol>
                  {group.events.map((event) => (
                    <li key={event.id}>
                      <Time at={event.at} /> {withUnitsKept(textOf(event))}
                    </li>
                  ))}
                </ol>
              </details>
            )}
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
      {minute.value - milliseconds < dayMilliseconds ? formatTime(milliseconds, clock.value) : full}
    </time>
  )
}
