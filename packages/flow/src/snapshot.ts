/**
 * The collector's state as plain data: exporter numbers, templates, sampling and interface names. With it a restarted
 * collector decodes the next datagram instead of waiting up to half an hour for templates, and rows written before and
 * after have the same exporter numbers.
 * @module
 */
import { parseAddress } from '@vagus/address'
import type { ExporterTable } from './exporter-table.ts'
import type { InterfaceNames } from './interface-names.ts'
import type { FlowProtocol } from './protocol.ts'
import type { Stream } from './stream.ts'
import type { TemplateStore } from './template-store.ts'

/** Plain data, safe for JSON. */
export interface CollectorSnapshot {
  readonly format: typeof snapshotFormat
  readonly exporters: readonly ExporterSnapshot[]
  readonly streams: readonly StreamSnapshot[]
}

/** A new number for every change that older readers would misread. 1: first. */
export const snapshotFormat = 'vagus-flow-state/1'

export interface ExporterSnapshot {
  readonly number: number
  readonly address: string
  readonly lastAt: number
  /** [SNMP index, name] */
  readonly interfaces: readonly (readonly [number, string])[]
}

export interface StreamSnapshot {
  /** Number of the exporter. */
  readonly exporter: number
  readonly port: number
  readonly protocol: FlowProtocol
  readonly domain: number
  /** Milliseconds since 1970. */
  readonly firstAt: number
  readonly lastAt: number
  readonly templates: readonly TemplateSnapshot[]
  /** [sampler, rate] */
  readonly samplers: readonly (readonly [number, number])[]
  /** 0 is none. */
  readonly domainRate: number
  /** systemInitTimeMilliseconds, 0 is unknown. */
  readonly initTime: number
}

export interface TemplateSnapshot {
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
  firstAt: stream.firstAt,
  lastAt: stream.lastAt,
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

/** Takes a snapshot in, within the limits that hold now: what is beyond them is left out. */
export function restoreSnapshot(parts: SnapshotParts, { exporters, streams }: CollectorSnapshot): void {
  for (const one of exporters) restoreExporter(parts, one)
  for (const one of streams) restoreStream(parts, one)
}

function restoreExporter({ table, interfaceNames }: SnapshotParts, one: ExporterSnapshot): void {
  const entry = table.restore(parseAddress(one.address), one.number, one.lastAt)
  if (!entry) return // a smaller limit than when it was taken
  for (const [ifIndex, name] of one.interfaces) interfaceNames.set(entry.exporter, ifIndex, name)
}

function restoreStream({ table, templates, maxFields }: SnapshotParts, one: StreamSnapshot): void {
  const entry = table.byNumber(one.exporter)
  if (!entry) return
  const stream = table.stream(entry, one, one.firstAt)
  stream.lastAt = one.lastAt
  entry.exporter.noticesOf(one.protocol).isSeen = true // it was told when the stream was first seen
  for (const { id, scopeCount, usedAt, fields } of one.templates) {
    if (fields.length === 0 || fields.length > maxFields) continue
    const specifiers = fields.map(([element, length, enterprise]) => ({ element, length, enterprise }))
    templates.announce(stream, { id, scopeCount, fields: specifiers }, usedAt)
  }
  for (const [sampler, rate] of one.samplers) stream.sampling.set(sampler, rate)
  stream.sampling.domainRate = one.domainRate
  stream.initTime = one.initTime
  entry.exporter.optionsVersion++
}
