/** Who exports flows in the fixture. @module */
import { apiVersion, exporterListSchema } from '@vagus/api'

/** `start`: milliseconds since 1970. */
export function exportersAnswer(scene: string, start: number): unknown {
  const now = new Date().toISOString()
  // pe-1 meters its interfaces one by one
  const devices = ['pe-1', 'pe-2', 'pe-3', 'pe-4', 'p-1', 'p-2']
  const items = [...devices, 'pe-1', 'pe-1'].map((device, index) => ({
    address: `10.255.0.${devices.indexOf(device) + 1}`,
    port: 40_000 + index,
    domain: index,
    protocol: device === 'pe-4' ? 'netflow5' : 'ipfix',
    device,
    firstAt: new Date(start).toISOString(),
    lastAt: now,
    datagrams: 81_233 + index,
    records: 214_000 * (index + 1),
    templates: 4,
    parked: 0,
    givenUp: 0,
    undecoded: 0,
    malformed: index === 3 ? 2 : 0,
    lost: { units: index * 20, unit: 'records', rule: 'RFC 7011', share: 0.0001 * index },
    sampling: { rate: 1, from: 'configuration' },
    clock: { behindSeconds: 0, isWrong: false },
  }))
  return exporterListSchema.parse({
    apiVersion,
    kind: 'ExporterList',
    now,
    items: scene === 'empty' ? [] : items,
  })
}
