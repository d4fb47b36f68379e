/** The latest events. */
import { formatCount } from '../figures/format.ts'
import { commandOf } from '../state/commands.ts'
import { events, streamState } from '../state/events.ts'
import { hrefOf, view } from '../state/route.ts'
import { EventsList } from '../ui/events-list.tsx'
import { NoEvents } from '../ui/no-events.tsx'
import { Panel } from '../ui/panel.tsx'

/** Events in this panel; the page of events has all of them. */
const latest = 60

export function EventsPanel({ span }: { readonly span: 4 | 12 }) {
  const list = events.value
  return (
    <Panel
      title="Events"
      span={span}
      command={commandOf('events', view.value)}
      controls={
        <a class="button" href={hrefOf({ page: 'events' })}>
          {list.length === 0 ? 'all' : `all ${formatCount(list.length)}`}
        </a>
      }
    >
      {list.length === 0 ? (
        <NoEvents loading={streamState.value} />
      ) : (
        <div class="events-place">
          <EventsList events={list.slice(0, latest)} label="Latest events" form="stacked" />
        </div>
      )}
    </Panel>
  )
}
