/** An incident as a part of a message: `ietf-incident`, as draft-yang-nmrg-a2a-nm writes it, with the sentence for people. @module */
import type { TaskPart } from '../a2a/task.ts'
import { timeText } from '../resources/windows.ts'
import type { Incident } from './incident.ts'

/** draft-ietf-nmop-network-incident-yang. */
const yang = { yang_module: 'ietf-incident', revision: '2025-09-16' } as const

const eventOf = (id: number) => ({ event_id: String(id), type: 'alarm' })

export function incidentParts(incident: Incident, domain: string): readonly TaskPart[] {
  const { id, text, services, priority, cleared, tellings, began, updated, probable, related, count } = incident
  const status = cleared ? 'cleared' : tellings <= 1 ? 'raised' : 'updated'
  const more = count > 1 ? `; ${count} events tell of it` : ''
  const data = {
    incident: {
      name: text,
      type: 'network_problem',
      incident_id: id,
      service_instances: services,
      domain,
      priority,
      status,
      occurrence_time: timeText(began),
      last_updated: timeText(updated),
      probable_events: [eventOf(probable)],
      related_events: related.map(eventOf),
    },
  }
  return [
    { text: `${status.toUpperCase()} ${text}${more}`, mediaType: 'text/plain' },
    { data, mediaType: 'application/json', metadata: yang },
  ]
}
