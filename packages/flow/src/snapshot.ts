/**
 * The collector's state as plain data: exporter numbers, templates, sampling rates and interface names. With a
 * snapshot, a restarted collector decodes the next datagram instead of waiting up to half an hour for templates, and
 * rows before and after the restart have the same exporter numbers. Two limits bound the templates in a snapshot; those
 * with data come first. Otherwise anyone could announce as many as the collector holds, and writing them would take
 * seconds.
 * @module
 */
import { parseAddress } from '@vagus/address'
import type { ExporterTable } from './exporter-table.ts'
import type { InterfaceNames } from './interface-names.ts'
import type { FieldSpecifier } from './layout.ts'
import type { Limits } from './limits.ts'
import type { FlowProtocol } from './protocol.ts'
import type { Stream } from './stream.ts'
import type { Template } from './template.ts'
import type { TemplateStore } from './template-store.ts'

/** Plain data, safe for JSON. */
export interface CollectorSnapshot {
  readonly format: typeof snapshotFormat
  /** Neither this exporter number nor any above it was ever assigned. */
  readonly nextNumber: number
  readonly exporters: readonly ExporterSnapshot[]
  readonly streams: readonly StreamSnapshot[]
}

/** The number changes whenever older readers would misread the format. 1: first; 2: template fields as one list. */
export const snapshotFormat = 'vagus-flow-state/2'

/** Element, length, enterprise number. */
export const numbersPerField = 3

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
  /** Whether the stream sent records or counter samples. */
  readonly hasDelivered: boolean
  readonly templates: readonly TemplateSnapshot[]
  /** [sampler, rate] */
  readonly samplers: readonly (readonly [number, number])[]
  /** [SNMP index, rate] */
  readonly interfaceRates: readonly (readonly [number, number])[]
  /** 0 is none. */
  readonly domainRate: number
  /** systemInitTimeMilliseconds, 0 is unknown. */
  readonly initTime: number
}

export interface TemplateSnapshot {
  readonly id: number
  /** Number of scope fields, which come first; 0 for a template of data records. */
  readonly scopeCount: number
  readonly usedAt: number
  /** Whether data for it arrived. */
  readonly isUsed: boolean
  /** Three numbers each: element, length in octets (65535 is variable), private enterprise number or 0. */
  readonly fields: readonly number[]
}

export interface SnapshotParts {
  readonly table: ExporterTable
  readonly templates: TemplateStore
  readonly interfaceNames: InterfaceNames
  readonly limits: Pick<Limits, 'fields' | 'snapshotTemplates' | 'snapshotFields'>
}

export function snapshotOf({ table, templates, limits }: SnapshotParts): CollectorSnapshot {
  const entries = [...table.entries()]
  const kept = templatesToKeep(templates, limits)
  return {
    format: snapshotFormat,
    nextNumber: table.nextNumber,
    exporters: entries.map(({ exporter }) => ({
      number: exporter.number,
      address: exporter.address,
      lastAt: exporter.lastAt,
      interfaces: [...exporter.interfaceNames],
    })),
    streams: entries
      .flatMap(({ streams }) => [...streams.all()])
      .map((stream) => streamSnapshot(stream, kept))
      .filter((stream) => stream.hasDelivered || stream.templates.length > 0),
  }
}

/** As many templates as the limits allow: first those with data, then the others, each most recently used first. */
function templatesToKeep(
  templates: TemplateStore,
  { snapshotTemplates, snapshotFields }: SnapshotParts['limits'],
): ReadonlySet<Template> {
  const inOrder = [...templates.all()].sort((a, b) => Number(b.isUsed) - Number(a.isUsed) || b.usedAt - a.usedAt)
  const kept = new Set<Template>()
  let left = snapshotFields
  for (const template of inOrder.slice(0, snapshotTemplates)) {
    if (template.fields.length > left) continue
    left -= template.fields.length
    kept.add(template)
  }
  return kept
}

const streamSnapshot = (stream: Stream, kept: ReadonlySet<Template>): StreamSnapshot => ({
  exporter: stream.exporter.number,
  port: stream.port,
  protocol: stream.protocol,
  domain: stream.domain,
  firstAt: stream.firstAt,
  lastAt: stream.lastAt,
  hasDelivered: stream.hasDelivered,
  templates: [...stream.templates.values()]
    .filter((template) => kept.has(template))
    .map(({ id, scopeCount, usedAt, isUsed, fields }) => ({
      id,
      scopeCount,
      usedAt,
      isUsed,
      fields: fields.flatMap(({ element, length, enterprise }) => [element, length, enterprise]),
    })),
  samplers: [...stream.sampling.samplers],
  interfaceRates: [...stream.sampling.interfaces],
  domainRate: stream.sampling.domainRate,
  initTime: stream.initTime,
})

/** Restores a snapshot, as far as the current limits allow; the rest is left out. */
export function restoreSnapshot(parts: SnapshotParts, { nextNumber, exporters, streams }: CollectorSnapshot): void {
  parts.table.restoreNext(nextNumber)
  for (const one of exporters) restoreExporter(parts, one)
  for (const one of streams) restoreStream(parts, one)
}

function restoreExporter({ table, interfaceNames }: SnapshotParts, one: ExporterSnapshot): void {
  const entry = table.restore(parseAddress(one.address), one.number, one.lastAt)
  if (!entry) return // the limit is lower than when the snapshot was taken
  for (const [ifIndex, name] of one.interfaces) interfaceNames.set(entry.exporter, ifIndex, name)
}

function restoreStream({ table, templates, limits }: SnapshotParts, one: StreamSnapshot): void {
  const entry = table.byNumber(one.exporter)
  if (!entry) return
  const stream = table.stream(entry, one, one.firstAt)
  stream.lastAt = one.lastAt
  entry.exporter.noticesOf(one.protocol).isSeen = true // already reported when the stream was first seen
  for (const { id, scopeCount, usedAt, isUsed, fields } of one.templates) {
    const specifiers = specifiersOf(fields)
    if (specifiers.length === 0 || specifiers.length > limits.fields) continue
    templates.announce(stream, { id, scopeCount, fields: specifiers }, usedAt)
    const template = stream.templates.get(id)
    if (template) template.isUsed = isUsed
  }
  stream.hasDeliveredBefore = one.hasDelivered
  for (const [sampler, rate] of one.samplers) stream.sampling.set(sampler, rate)
  for (const [ifIndex, rate] of one.interfaceRates) stream.sampling.setInterface(ifIndex, rate)
  stream.sampling.domainRate = one.domainRate
  stream.sampling.doubt()
  stream.initTime = one.initTime
  entry.exporter.optionsVersion++
}

function specifiersOf(fields: readonly number[]): readonly FieldSpecifier[] {
  const specifiers: FieldSpecifier[] = []
  for (let at = 0; at < fields.length; at += numbersPerField) {
    specifiers.push({ element: fields[at]!, length: fields[at + 1]!, enterprise: fields[at + 2]! })
  }
  return specifiers
}
