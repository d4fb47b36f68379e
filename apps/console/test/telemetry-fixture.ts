/** What agents of the fixture's devices tell. @module */
import { apiVersion } from '@vagus/api'
import { deviceTopSchema, linkTelemetryListSchema } from '@vagus/api/telemetry'

/** The resource at a path below /v1/telemetry. */
export function telemetryAnswer(url: URL, scene: string): unknown {
  const now = new Date().toISOString()
  return url.pathname.endsWith('/top') ? heaviest(url.searchParams.get('device') ?? '', now) : links(scene, now)
}

function links(scene: string, now: string) {
  const counts = { accepted: 9, malformed: 0, implausible: 0, outdated: 0, foreign: 0, refused: 0 }
  const linkOf = (device: string, at: number) => ({
    device,
    interface: `eth${at}`,
    link: at === 1 ? null : `${device}-transit`,
    capacity: 30e6,
    out: 4e6 * at,
    in: 9e6,
    threshold: 24e6,
    congested: at === 2 ? 'in' : 'no',
    drops: 0,
    delayMicroseconds: 180,
    confidence: 100,
    windowMs: 500,
    measuredAt: now,
    ageSeconds: 0,
  })
  const items = scene === 'empty' ? [] : ['pe-1', 'pe-2'].flatMap((device) => [linkOf(device, 1), linkOf(device, 2)])
  return linkTelemetryListSchema.parse({ apiVersion, kind: 'LinkTelemetryList', now, items, counts })
}

function heaviest(device: string, now: string) {
  const items = ['10.16.0.0/16', '2001:db8:16::/48'].map((key, at) => ({
    key,
    bitsPerSecond: 5e6 / (at + 1),
    share: 0.4,
    trend: at === 0 ? null : -0.1,
  }))
  const head = { apiVersion, kind: 'DeviceTop', device, view: 'destination-prefix', windowMs: 10_000, ageSeconds: 1 }
  return deviceTopSchema.parse({ ...head, measuredAt: now, totals: { ipv4: 8e6, ipv6: 3e6 }, items })
}
