/**
 * The collector's state as plain data: exporter numbers, templates, sampling and interface names. With it a restarted
 * collector decodes the next datagram instead of waiting up to half an hour for templates, and rows written before and
 * after have the same exporter numbers.
 * @module
 */
import { parseAddress } from '@vagus/address'
import type { ExporterTable } from './exporter-table.ts'
import type { InterfaceNames } from './interface-names.ts'
import { type FlowProtocol, flowProtocols } from './protocol.ts'
import type { Stream } from './stream.ts'
import type { TemplateStore } from './template-store.ts'

/** Plain data, safe for JSON. */
export interface CollectorSnapshot {
  readonly format: typeof snapshotFormat
  readonly exporters: readonly ExporterSnapshot[]
  readonly streams: readonly StreamSnapshot[]
}

/** A new number for every change that older readers would misread. 1: first. */
const snapshotFormat = 'vagus-flow-state/1'

interface ExporterSnapshot {
  readonly number: number
  readonly address: string
  readonly lastAt: number
  /** [SNMP index, name] */
  readonly interfaces: readonly (readonly [number, string])[]
}

interface StreamSnapshot {
  /** Number of the exporter. */
  readonly exporter: number
  readonly port: number
  readonly protocol: FlowProtocol
  readonly domain: number
  readonly templates: readonly TemplateSnapshot[]
  /** [sampler, rate] */
  readonly samplers: readonly (readonly [number, number])[]
  /** 0 is none. */
  readonly domainRate: number
  /** systemInitTimeMilliseconds, 0 is unknown. */
  readonly initTime: number
}

interface TemplateSnapshot {
  readonly id: number
  /** Fields in front that are the scope; 0 is a template of data records. */
  readonly scopeCount: number
  readonly usedAt: number
  /** [element, length in octets (65535 is variable), private enterprise number or 0] */
  readonly fields: readonly (readonly [number, number, number])[]
}

export interface SnapshotParts {
  readonly table: ExporterTable
  readonly templates: TemplateStore
  readonly interfaceNames: InterfaceNames
  readonly maxFields: number
}

export function snapshotOf({ table }: SnapshotParts): CollectorSnapshot {
  const entries = [...table.entries()]
  return {
    format: snapshotFormat,
    exporters: entries.map(({ exporter }) => ({
      number: exporter.number,
      address: exporter.address,
      lastAt: exporter.lastAt,
      interfaces: [...exporter.interfaceNames],
    })),
    streams: entries.flatMap(({ streams }) => [...streams.all()].map(streamSnapshot)),
  }
}

const streamSnapshot = (stream: Stream): StreamSnapshot => ({
  exporter: stream.exporter.number,
  port: stream.port,
  protocol: stream.protocol,
  domain: stream.domain,
  templates: [...stream.templates.values()].map(({ id, scopeCount, usedAt, fields }) => ({
    id,
    scopeCount,
    usedAt,
    fields: fields.map(({ element, length, enterprise }) => [element, length, enterprise] as const),
  })),
  samplers: [...stream.sampling.samplers],
  domainRate: stream.sampling.domainRate,
  initTime: stream.initTime,
})

/** Takes a snapshot in, within the limits that hold now. @throws {TypeError} naming the first thing that is wrong */
export function restoreSnapshot(parts: SnapshotParts, snapshot: unknown): void {
  const { format, exporters, streams } = record(snapshot, 'snapshot')
  if (format !== snapshotFormat) {
    throw new TypeError(`"format" must be "${snapshotFormat}", got ${JSON.stringify(format)}`)
  }
  for (const [index, one] of list(exporters, 'exporters').entries()) restoreExporter(parts, one, `exporters[${index}]`)
  for (const [index, one] of list(streams, 'streams').entries()) restoreStream(parts, one, `streams[${index}]`)
}

function restoreExporter({ table, interfaceNames }: SnapshotParts, value: unknown, path: string): void {
  const one = record(value, path)
  const octets = addressOctets(one['address'], `${path}.address`)
  const number = integer(one['number'], `${path}.number`, 0xffff)
  const entry = table.restore(octets, number, integer(one['lastAt'], `${path}.lastAt`))
  if (!entry) return // a smaller limit than when it was taken
  for (const [index, pair] of list(one['interfaces'], `${path}.interfaces`).entries()) {
    const [ifIndex, name] = list(pair, `${path}.interfaces[${index}]`)
    interfaceNames.set(entry.exporter, integer(ifIndex, `${path}.interfaces[${index}][0]`), String(name))
  }
}

function restoreStream({ table, templates, maxFields }: SnapshotParts, value: unknown, path: string): void {
  const one = record(value, path)
  const entry = table.byNumber(integer(one['exporter'], `${path}.exporter`, 0xffff))
  if (!entry) return
  const protocol = flowProtocols.find((known) => known === one['protocol'])
  if (!protocol) throw new TypeError(`"${path}.protocol" must be one of ${flowProtocols.join(', ')}`)
  const port = integer(one['port'], `${path}.port`, 0xffff)
  const domain = integer(one['domain'], `${path}.domain`, 0xffff_ffff)
  const stream = table.stream(entry, { port, protocol, domain }, entry.exporter.lastAt)
  for (const [index, template] of list(one['templates'], `${path}.templates`).entries()) {
    const at = `${path}.templates[${index}]`
    const { id, scopeCount, usedAt, fields } = record(template, at)
    const specifiers = list(fields, `${at}.fields`).map((field, number) => {
      const [element, length, enterprise] = list(field, `${at}.fields[${number}]`)
      return {
        element: integer(element, `${at}.fields[${number}][0]`, 0xffff),
        length: integer(length, `${at}.fields[${number}][1]`, 0xffff),
        enterprise: integer(enterprise, `${at}.fields[${number}][2]`, 0xffff_ffff),
      }
    })
    if (specifiers.length > maxFields || specifiers.length === 0) continue
    const announced = {
      id: integer(id, `${at}.id`, 0xffff),
      scopeCount: integer(scopeCount, `${at}.scopeCount`, 0xffff),
      fields: specifiers,
    }
    templates.announce(stream, announced, integer(usedAt, `${at}.usedAt`))
  }
  for (const [index, pair] of list(one['samplers'], `${path}.samplers`).entries()) {
    const [sampler, rate] = list(pair, `${path}.samplers[${index}]`)
    stream.sampling.set(integer(sampler, `${path}.samplers`), integer(rate, `${path}.samplers`, 0xffff_ffff))
  }
  stream.sampling.domainRate = integer(one['domainRate'], `${path}.domainRate`, 0xffff_ffff)
  entry.exporter.optionsVersion++
  stream.initTime = integer(one['initTime'], `${path}.initTime`)
}

function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new TypeError(`"${path}" must be an object, got ${JSON.stringify(value)}`)
}

function list(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new TypeError(`"${path}" must be an array, got ${JSON.stringify(value)}`)
}

function integer(value: unknown, path: string, max = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max) return value as number
  throw new TypeError(`"${path}" must be a whole number 0..${max}, got ${JSON.stringify(value)}`)
}

function addressOctets(value: unknown, path: string): Uint8Array {
  if (typeof value !== 'string') throw new TypeError(`"${path}" must be an address, got ${JSON.stringify(value)}`)
  try {
    return parseAddress(value)
  } catch (error) {
    throw new TypeError(`"${path}" must be an address, got ${JSON.stringify(value)}`, { cause: error })
  }
}
