/** A link as an agent announced it, as the resource: octets per second on the wire become bits per second. @module */
import type { LinkTelemetry as AnnouncedLink } from '@vagus/bgp/telemetry'
import type { LinkTelemetry } from '@vagus/api/telemetry'

/** Of an agent without measurements of its own: standard TLVs alone. */
const unmeasured = { received: 0, threshold: 0, congested: 'no', drops: 0, confidence: 0, window: 0 } as const

/** Agents name links DEVICE:INTERFACE. `link`: name of the configured link, if there is one. `now` in ms since 1970. */
export function linkTelemetryOf(announced: AnnouncedLink, link: string | null, now: number): LinkTelemetry {
  const [device = '', name = ''] = (announced.name ?? '').split(':')
  const { received, threshold, congested, drops, confidence, window } = announced.measurement ?? unmeasured
  const at = announced.measurement?.sequence ?? now
  return {
    device,
    interface: name,
    link,
    capacity: announced.capacity * 8,
    out: announced.utilised * 8,
    in: received * 8,
    threshold: threshold === 0 ? null : threshold * 8,
    congested,
    drops,
    delayMicroseconds: announced.delay?.typical ?? null,
    confidence,
    windowMs: window,
    measuredAt: new Date(at).toISOString(),
    ageSeconds: Math.max(0, (now - at) / 1000),
  }
}
