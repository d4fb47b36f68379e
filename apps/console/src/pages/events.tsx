/** All events that the page holds, by severity and text. */
import { commandOf } from '../state/commands.ts'
import { filterEvents } from '../state/event-list.ts'
import { events, streamState, textOf } from '../state/events.ts'
import { show, view } from '../state/route.ts'
import { EventsList } from '../ui/events-list.tsx'
import { FilterField } from '../ui/filter-field.tsx'
import { NoEvents } from '../ui/no-events.tsx'
import { Panel } from '../ui/panel.tsx'
import { Segmented } from '../ui/segmented.tsx'

const severities = [
  { value: 'all', text: 'all' },
  { value: 'warning', text: 'warnings and errors' },
  { value: 'error', text: 'errors' },
] as const

const streamWords = { loading: 'reading', open: 'live', waiting: 'interrupted, trying again' } as const

export function Events() {
  const { severity, filter } = view.value
  const list = filterEvents(events.value, severity, filter, textOf)
  return (
    <Panel
      title="Events"
      span={12}
      command={commandOf('events', view.value)}
      about={`${list.length} of ${events.value.length} · ${streamWords[streamState.value]}`}
      controls={
        <>
          <Segmented
            label="Severity"
            options={severities}
            value={severity}
            onChoose={(severity) => show({ severity })}
          />
          <FilterField label="Filter events" />
        </>
      }
    >
      {events.value.length === 0 ? (
        <NoEvents loading={streamState.value} />
      ) : list.length === 0 ? (
        <p class="state empty">No event matches.</p>
      ) : (
        <EventsList events={list} label="List of events" form="lines" />
      )}
    </Panel>
  )
}
