/**
 * What the environment says of traces, by the names of OpenTelemetry ("SDK Environment Variables", "OTLP Exporter
 * Configuration"). Nothing is sent unless it asks for that.
 *
 *   OTEL_EXPORTER_OTLP_ENDPOINT           http://127.0.0.1:4318; /v1/traces is added
 *   OTEL_EXPORTER_OTLP_TRACES_ENDPOINT    the whole address
 *   OTEL_EXPORTER_OTLP_HEADERS            key=value,key=value; also …_TRACES_HEADERS
 *   OTEL_EXPORTER_OTLP_COMPRESSION        gzip
 *   OTEL_EXPORTER_OTLP_TIMEOUT            milliseconds
 *   OTEL_TRACES_EXPORTER                  otlp, or none
 *   OTEL_SDK_DISABLED                     true
 *   OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES
 *   OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG
 *   OTEL_BSP_MAX_QUEUE_SIZE, OTEL_BSP_SCHEDULE_DELAY
 *   VAGUS_TRACES_AGENTS                   names (default), ids, nobody: what spans say of who speaks with whom
 *
 * @module
 */
import { readSampler, type Sampler } from './sampler.ts'
import type { Attributes } from './span.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface TraceSettings {
  /** To which spans are posted. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly compression: 'none' | 'gzip'
  /** Milliseconds for one request. */
  readonly timeout: number
  /** Spans that wait; further ones are dropped. */
  readonly queue: number
  /** Milliseconds after which the first that waits is sent. */
  readonly delay: number
  readonly resource: Attributes
  readonly sampler: Sampler
  /** `names`: of agents; `ids`: also their ids; `nobody`: neither. */
  readonly agents: 'names' | 'ids' | 'nobody'
  /** For people: what of the environment is not as they may think. */
  readonly remarks: readonly string[]
}

const defaults = { endpoint: 'http://localhost:4318', timeout: 10_000, queue: 2048, delay: 1000 } as const

/** Empty is as if it were not there, as the specification says. */
const valueIn = (environment: Environment, ...names: readonly string[]): string | undefined =>
  names.map((name) => environment[name]?.trim()).find((value) => value !== undefined && value !== '')

/** Whether spans are to be sent: cheap, so that what sends them is loaded only then. */
export function asksForTraces(environment: Environment): boolean {
  if (valueIn(environment, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return false
  const exporter = valueIn(environment, 'OTEL_TRACES_EXPORTER')
  if (exporter !== undefined) return exporter === 'otlp'
  return valueIn(environment, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT') !== undefined
}

type Get = (...names: readonly string[]) => string | undefined

/** @param service `service.name`, where the environment gives none @returns what is wrong, as a string */
export function readTraceSettings(environment: Environment, service: string): TraceSettings | string {
  const get: Get = (...names) => valueIn(environment, ...names)
  const url = urlIn(get)
  const headers = pairsIn(get('OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS') ?? '')
  const attributes = pairsIn(get('OTEL_RESOURCE_ATTRIBUTES') ?? '')
  const sampler = readSampler(get('OTEL_TRACES_SAMPLER'), get('OTEL_TRACES_SAMPLER_ARG'))
  const compression = get('OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', 'OTEL_EXPORTER_OTLP_COMPRESSION') ?? 'none'
  const agents = get('VAGUS_TRACES_AGENTS') ?? 'names'
  if (!/^https?:\/\/[^\s/?#]+/.test(url))
    return `OTEL_EXPORTER_OTLP_ENDPOINT, or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, must be http:// or https://, such as ${defaults.endpoint}, got "${url}"`
  if (headers === undefined) return 'OTEL_EXPORTER_OTLP_HEADERS must be key=value, separated by commas'
  if (attributes === undefined) return 'OTEL_RESOURCE_ATTRIBUTES must be key=value, separated by commas'
  if (typeof sampler === 'string') return sampler
  if (!isOne(compression, compressions))
    return `OTEL_EXPORTER_OTLP_COMPRESSION must be gzip or none, got "${compression}"`
  if (!isOne(agents, agentsTold)) return `VAGUS_TRACES_AGENTS must be names, ids or nobody, got "${agents}"`
  const { 'service.name': named = service } = attributes
  return {
    ...timesIn(get),
    url,
    headers,
    compression,
    resource: { ...attributes, 'service.name': get('OTEL_SERVICE_NAME') ?? named },
    sampler,
    agents,
    remarks: remarksOn(get('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL') ?? 'http/json'),
  }
}

const compressions = ['none', 'gzip'] as const
const agentsTold = ['names', 'ids', 'nobody'] as const
const isOne = <Word extends string>(text: string, words: readonly Word[]): text is Word =>
  words.some((word) => word === text)

const timesIn = (get: Get): Pick<TraceSettings, 'timeout' | 'queue' | 'delay'> => ({
  timeout: countIn(get('OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT')) ?? defaults.timeout,
  queue: countIn(get('OTEL_BSP_MAX_QUEUE_SIZE')) ?? defaults.queue,
  delay: countIn(get('OTEL_BSP_SCHEDULE_DELAY')) ?? defaults.delay,
})

function remarksOn(protocol: string): readonly string[] {
  if (protocol === 'http/json') return []
  return [`spans are sent as http/json, not as ${protocol}; every OTLP receiver takes that at its HTTP port, 4318`]
}

function urlIn(get: Get): string {
  const whole = get('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  if (whole !== undefined) return whole
  const base = get('OTEL_EXPORTER_OTLP_ENDPOINT') ?? defaults.endpoint
  return `${base.replace(/\/$/, '')}/v1/traces`
}

/** As W3C Baggage writes them, without properties (`OTEL_EXPORTER_OTLP_HEADERS`). */
function pairsIn(text: string): Readonly<Record<string, string>> | undefined {
  const pairs = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(.*)$/.exec(part))
  if (pairs.includes(null)) return undefined
  try {
    return Object.fromEntries(pairs.map((pair) => [pair![1]!, decodeURIComponent(pair![2]!)]))
  } catch {
    return undefined // a per cent sign that begins no escape
  }
}

/** A whole number above 0; anything else is as if it were not there, as the specification says. */
function countIn(text: string | undefined): number | undefined {
  const number = Number(text)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}
