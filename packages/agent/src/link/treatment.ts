/** What a session does for a class of streams: that of its service. @module */
import type { TrafficClass, Treatment } from '@vagus/channel'
import { services } from '@vagus/qos'

/** From `now` on, milliseconds since 1970. */
export function treatmentOf(trafficClass: TrafficClass, now: number): Treatment {
  const { deadline, copies } = services[trafficClass]
  return { class: trafficClass, deadline: now + deadline, copies }
}
