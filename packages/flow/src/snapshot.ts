/**
 * The collector's state as plain data: exporter numbers, templates, sampling and interface names. With it a restarted
 * collector decodes the next datagram instead of waiting up to half an hour for templates, and rows written before and
 * after have the same exporter numbers. Of templates it holds no more than two limits say, first those that data came
 * for: anyone can announce as many as the collector holds, which would take seconds to write down.
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
  /** No number from here on was ever given. */
  readonly nextNumber: number
  readonly exporters: readonly ExporterSnapshot[]
  readonly streams: readonly StreamSnapshot[]
}

/** A new number for every change that older readers would misread. 1: first; 2: fields of templates as one list. */
export const snapshotFormat = 'vagus-flow-state/2'

/** Element, length, enterprise. */
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
  /** Whether records or counter samples of its own came. */
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
  /** Fields in front that are the scope; 0 is a template of data records. */
  readonly scopeCount: number
  readonly usedAt: number
  /** Whether data came for it. */
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

/** As many as the limits allow: those that data came for, then the others; the newest of both first. */
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

/** Takes a snapshot in, within the limits that hold now: what is beyond them is left out. */
export function restoreSnapshot(parts: SnapshotParts, { nextNumber, exporters, streams }: CollectorSnapshot): void {
  parts.table.restoreNext(nextNumber)
  for (const one of exporters) restoreExporter(parts, one)
  for (const one of streams) restoreStream(parts, one)
}

function restoreExporter({ table, interfaceNames }: SnapshotParts, one: ExporterSnapshot): void {
  const entry = table.restore(parseAddress(one.address), one.number, one.lastAt)
  if (!entry) return // a smaller limit than when it was taken
  for (const [ifIndex, name] of one.interfaces) interfaceNames.set(entry.exporter, ifIndex, name)
}

function restoreStream({ table, templates, limits }: SnapshotParts, one: StreamSnapshot): void {
  const entry = table.byNumber(one.exporter)
  if (!entry) return
  const stream = table.stream(entry, one, one.firstAt)
  stream.lastAt = one.lastAt
  entry.exporter.noticesOf(one.protocol).isSeen = true // it was told when the stream was first seen
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
