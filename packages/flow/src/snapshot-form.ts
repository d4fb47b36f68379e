/**
 * Reads a snapshot from JSON. The form of the whole snapshot is checked before any part of it is used, so that a
 * damaged one leaves the collector unchanged.
 * @module
 */
import { parseAddress } from '@vagus/address'
import { flowProtocols } from './protocol.ts'
import {
  type CollectorSnapshot,
  type ExporterSnapshot,
  numbersPerField,
  snapshotFormat,
  type StreamSnapshot,
  type TemplateSnapshot,
} from './snapshot.ts'

/** The first format, still readable. It had an array for each field of a template. */
const firstFormat = 'vagus-flow-state/1'
const maxUint16 = 0xffff
const maxUint32 = 0xffff_ffff

/** The snapshot in `value`, in the current format. @throws {TypeError} that names the first invalid value */
export function readSnapshot(value: unknown): CollectorSnapshot {
  const { format, nextNumber, exporters, streams } = record(value, 'snapshot')
  if (format !== snapshotFormat && format !== firstFormat) {
    throw new TypeError(`"format" must be "${snapshotFormat}" or "${firstFormat}", got ${JSON.stringify(format)}`)
  }
  const read = list(exporters, 'exporters', exporterIn)
  const lastAt = new Map(read.map((exporter) => [exporter.number, exporter.lastAt]))
  return {
    format: snapshotFormat,
    nextNumber: integer(nextNumber ?? 1, 'nextNumber', maxUint16 + 1),
    exporters: read,
    streams: list(streams, 'streams', (one, path) => streamIn(one, path, lastAt)),
  }
}

function exporterIn(value: unknown, path: string): ExporterSnapshot {
  const one = record(value, path)
  return {
    number: integer(one['number'], `${path}.number`, maxUint16),
    address: address(one['address'], `${path}.address`),
    lastAt: integer(one['lastAt'], `${path}.lastAt`),
    interfaces: list(one['interfaces'], `${path}.interfaces`, (pair, at) => {
      const [index, name] = list(pair, at, (element) => element)
      return [integer(index, `${at}[0]`), String(name)] as const
    }),
  }
}

/** Early snapshots have no times of streams; the exporter's `lastAt` replaces them. */
function streamIn(value: unknown, path: string, lastAt: ReadonlyMap<number, number>): StreamSnapshot {
  const one = record(value, path)
  const exporter = integer(one['exporter'], `${path}.exporter`, maxUint16)
  const at = lastAt.get(exporter) ?? 0
  const protocol = flowProtocols.find((known) => known === one['protocol'])
  if (!protocol) throw new TypeError(`"${path}.protocol" must be one of ${flowProtocols.join(', ')}`)
  return {
    exporter,
    port: integer(one['port'], `${path}.port`, maxUint16),
    protocol,
    domain: integer(one['domain'], `${path}.domain`, maxUint32),
    firstAt: integer(one['firstAt'] ?? at, `${path}.firstAt`),
    lastAt: integer(one['lastAt'] ?? at, `${path}.lastAt`),
    hasDelivered: one['hasDelivered'] === true,
    templates: list(one['templates'], `${path}.templates`, templateIn),
    samplers: list(one['samplers'], `${path}.samplers`, rateIn),
    interfaceRates: list(one['interfaceRates'] ?? [], `${path}.interfaceRates`, rateIn),
    domainRate: integer(one['domainRate'], `${path}.domainRate`, maxUint32),
    initTime: integer(one['initTime'], `${path}.initTime`),
  }
}

/** [sampler or SNMP index, rate] */
function rateIn(value: unknown, path: string): readonly [number, number] {
  const [key, rate] = integers(value, path, [Number.MAX_SAFE_INTEGER, maxUint32])
  return [key!, rate!]
}

function templateIn(value: unknown, path: string): TemplateSnapshot {
  const one = record(value, path)
  return {
    id: integer(one['id'], `${path}.id`, maxUint16),
    scopeCount: integer(one['scopeCount'], `${path}.scopeCount`, maxUint16),
    usedAt: integer(one['usedAt'], `${path}.usedAt`),
    isUsed: one['isUsed'] === true,
    fields: fieldsIn(one['fields'], `${path}.fields`),
  }
}

const fieldMaxima = [maxUint16, maxUint16, maxUint32] as const

function fieldsIn(value: unknown, path: string): readonly number[] {
  if (!Array.isArray(value)) throw new TypeError(`"${path}" must be an array, got ${JSON.stringify(value)}`)
  const nested: readonly unknown[] = value
  const fields = nested.flat()
  if (
    fields.length % numbersPerField !== 0 ||
    nested.some((one) => Array.isArray(one) && one.length !== numbersPerField)
  ) {
    throw new TypeError(`"${path}" must have ${numbersPerField} numbers for each field, got ${fields.length}`)
  }
  return fields.map((one, index) => {
    const max = fieldMaxima[index % numbersPerField]!
    return isInteger(one, max) ? one : integer(one, `${path}[${index}]`, max)
  })
}

function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new TypeError(`"${path}" must be an object, got ${JSON.stringify(value)}`)
}

function list<T>(value: unknown, path: string, read: (element: unknown, path: string) => T): readonly T[] {
  if (Array.isArray(value)) return value.map((element, index) => read(element, `${path}[${index}]`))
  throw new TypeError(`"${path}" must be an array, got ${JSON.stringify(value)}`)
}

/** As many integers as `max` has elements, each up to its own maximum. */
function integers(value: unknown, path: string, max: readonly number[]): readonly number[] {
  const elements = list(value, path, (element) => element)
  return max.map((limit, index) => integer(elements[index], `${path}[${index}]`, limit))
}

const isInteger = (value: unknown, max: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max

function integer(value: unknown, path: string, max = Number.MAX_SAFE_INTEGER): number {
  if (isInteger(value, max)) return value
  throw new TypeError(`"${path}" must be an integer in 0..${max}, got ${JSON.stringify(value)}`)
}

function address(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new TypeError(`"${path}" must be an address, got ${JSON.stringify(value)}`)
  try {
    parseAddress(value)
    return value
  } catch (error) {
    throw new TypeError(`"${path}" must be an address, got ${JSON.stringify(value)}`, { cause: error })
  }
}
