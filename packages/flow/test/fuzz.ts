/**
 * Feeds mutated datagrams to a collector with small limits, and checks at intervals that none threw and that nothing
 * grew past its limit. From time to time, the collector is replaced by one restored from its snapshot, as after a
 * restart. The unit tests run a thousand mutations; `npm run soak` runs a million.
 * @module
 */
import assert from 'node:assert/strict'
import { type Collector, createCollector, type DatagramRun, defaultLimits, type Limits } from '../src/index.ts'
import {
  concat,
  exporterAt,
  hex,
  ipfix,
  netflow5,
  netflow5Record,
  netflow9,
  netflow9OptionsTemplate,
  number,
  optionsTemplate,
  plainFields,
  plainRecord,
  set,
  template,
} from './datagrams.ts'

/** Small limits, so that each is reached soon. */
const limits: Limits = {
  ...defaultLimits,
  exporters: 40,
  streams: 64,
  domainsPerSession: 16,
  templatesPerStream: 12,
  templates: 200,
  fieldsTotal: 3000,
  decoders: 32,
  parkedPerStream: 8,
  parkedOctetsPerStream: 4096,
  parked: 100,
  parkedOctets: 32_768,
  samplersPerStream: 8,
  interfacesPerExporter: 16,
  interfaces: 100,
  events: 50,
  counters: 50,
}

/** One valid datagram of each kind that the decoders support. */
const seeds: readonly Uint8Array[] = [
  netflow5({}, netflow5Record, netflow5Record),
  netflow9({}, set(0, template(256, plainFields)), set(256, concat(plainRecord(1), plainRecord(2)))),
  netflow9(
    {},
    set(1, netflow9OptionsTemplate(257, [[2, 4]], [[82, 8]])),
    set(257, concat(number(7, 4), hex('6574683000000000'))),
  ),
  ipfix({}, set(2, template(256, plainFields)), set(256, plainRecord(1))),
  ipfix(
    {},
    set(
      2,
      template(300, [
        [27, 16],
        [28, 16],
        [371, 65535],
        [1, 8],
        [1, 8, 29305],
        [154, 8],
        [315, 65535],
      ]),
    ),
    set(300, concat(new Uint8Array(32), hex('03 616263'), new Uint8Array(24), hex('02 6162'))),
  ),
  ipfix(
    {},
    set(
      3,
      optionsTemplate(400, 1, [
        [302, 8],
        [305, 4],
        [306, 4],
        [82, 65535],
      ]),
    ),
    set(400, concat(number(5, 8), number(1, 4), number(99, 4), hex('04 65746830'))),
  ),
  ipfix({}, set(2, hex('0100 0000 0002 0000')), set(3, hex('0003 0000')), set(256, plainRecord(3))),
  ipfix(
    {},
    set(
      2,
      template(302, [
        [10, 0],
        [8, 4],
        [27, 0],
        [12, 4],
        [82, 0],
      ]),
    ),
    set(
      3,
      optionsTemplate(402, 1, [
        [143, 0],
        [34, 0],
        [371, 65535],
        [82, 0],
      ]),
    ),
    set(302, hex('0a000001 0a000002')),
    set(402, hex('01 61 00 02 6161')),
  ),
  hex(`00000005 00000001 0a000001 00000000 00000001 00000001 00000001
    00000001 00000060 00000001 00000007 00000200 00001000 00000000 00000003 00000004 00000001
    00000001 00000038 00000001 00000062 00000004 00000026 020000000001 020000000002 0800 45b8
    0054 0000 4000 4006 0000 c6336401 c6336402 d431 01bb 0000`),
]

/** Equal numbers for equal seeds. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const lengths = [0, 1, 3, 4, 5, 255, 256, 0x7fff, 0xfffe, 0xffff]

/** Mutates a datagram one to eight times: flips, overwrites, cuts, duplicates or inserts octets. */
function mutate(datagram: Uint8Array, other: Uint8Array, next: (below: number) => number): Uint8Array {
  let octets: Uint8Array = datagram.slice()
  for (let changes = 1 + next(8); changes > 0; changes--) {
    if (octets.length === 0) return octets
    const at = next(octets.length)
    const kind = next(8)
    if (kind < 2) octets[at] = octets[at]! ^ (1 << next(8))
    else if (kind === 2) octets[at] = next(256)
    else if (kind === 3) octets.set(number(lengths[next(lengths.length)]!, 2).subarray(0, octets.length - at), at)
    else if (kind === 4) octets = octets.slice(0, at)
    else if (kind === 5) octets = concat(octets.subarray(0, at), other.subarray(next(other.length)))
    else if (kind === 6) octets = concat(octets, octets.subarray(at)).subarray(0, 4096)
    else octets.set(other.subarray(0, octets.length - at), at)
  }
  return octets
}

/** Exporter `domainsAt` sends from one port for this many observation domains: too many for a shared sequence. */
const domains = 150
const domainsAt = 1
const ipfixDomainOffset = 12

/** Changes the observation domain of an IPFIX or NetFlow v9 message, if it has one. */
function inDomain(datagram: Uint8Array, domain: number): Uint8Array {
  const offset = datagram[1] === 9 ? ipfixDomainOffset + 4 : ipfixDomainOffset
  if (datagram.length < offset + 4) return datagram
  const octets = datagram.slice()
  octets.set(number(domain, 4), offset)
  return octets
}

const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
const shared = { octets: new Uint8Array(memory.buffer), view: new DataView(memory.buffer), memory }
const margin = 16

/** Puts three of four datagrams at a random place in shared memory, where vector decoders read them. */
function place(datagram: Uint8Array, next: (below: number) => number): DatagramRun | undefined {
  const { octets } = shared
  const { length } = datagram
  if (length + margin > octets.length || next(4) === 0) return undefined
  const at = next(octets.length - length - margin + 1)
  octets.set(datagram, at)
  return { ...shared, at, end: at + length, each: length }
}

export interface FuzzResult {
  readonly datagrams: number
  readonly malformed: number
  readonly rows: number
  readonly restarts: number
  /** Length in octets of the datagram that took longest. */
  readonly worst: Uint8Array
  /** How long it took, milliseconds. Depends on the machine and its load. */
  readonly worstMs: number
}

/** The mutations to run. `captures` are used in addition to the datagrams above. */
interface FuzzPlan {
  readonly count: number
  readonly seed: number
  readonly captures?: readonly Uint8Array[]
  /** A clock in milliseconds that measures the longest time; without it, the time is 0. */
  readonly clock?: () => number
}

/**
 * Runs `count` mutations. Throws an AssertionError with the seed and the datagram if the collector violates its
 * contract.
 */
export function fuzz({ count, seed, captures = [], clock = () => 0 }: FuzzPlan): FuzzResult {
  const next = random(seed)
  const corpus = [...seeds, ...captures]
  const sums = { datagrams: 0, malformed: 0, rows: 0, restarts: 0 }
  let worst: Pick<FuzzResult, 'worst' | 'worstMs'> = { worst: new Uint8Array(), worstMs: 0 }
  const start = (): Collector => {
    const made: Collector = createCollector({
      limits,
      decoders: 'vector',
      onBlock(block) {
        sums.rows += block.length
        if (next(2) === 0) made.recycle(block)
      },
    })
    return made
  }
  const stop = (collector: Collector): void => {
    collector.flush()
    assertWithin(collector, seed)
    sums.datagrams += collector.totals().datagrams
    sums.malformed += collector.totals().malformed
  }
  let collector = start()
  let now = 1_700_000_000_000
  for (let index = 0; index < count; index++) {
    const host = next(60)
    const mutated = mutate(corpus[next(corpus.length)]!, corpus[next(corpus.length)]!, next)
    const datagram = host === domainsAt ? inDomain(mutated, next(domains)) : mutated
    const port = host === domainsAt ? 1000 : 1000 + next(3)
    now += next(2000)
    try {
      const before = clock()
      const run = place(datagram, next)
      if (run === undefined) collector.receive(datagram, exporterAt(host, port), now)
      else collector.receiveRun(run, exporterAt(host, port), now)
      const took = clock() - before
      if (took > worst.worstMs) worst = { worst: datagram, worstMs: took }
      if (index % 64 === 0) collector.tick(now)
      if (index % restartEvery === restartEvery - 1) {
        stop(collector)
        const snapshot: unknown = JSON.parse(JSON.stringify(collector.snapshot()))
        collector = start()
        collector.restore(snapshot)
        sums.restarts++
        assert.deepEqual(collector.snapshot(), snapshot, 'a snapshot is restored whole')
      }
    } catch (error) {
      const octets = Buffer.from(datagram).toString('hex')
      throw new assert.AssertionError({ message: `seed ${seed}, datagram ${index} ${octets}: ${String(error)}` })
    }
    if (index % 256 === 0) assertWithin(collector, seed)
  }
  stop(collector)
  return { ...sums, ...worst }
}

/** Number of datagrams between two restarts. */
const restartEvery = 500

function assertWithin(collector: Collector, seed: number): void {
  const { templates, parked, parkedOctets, streams, exporters } = collector.totals()
  const snapshot = collector.snapshot()
  const fields = snapshot.streams
    .flatMap((stream) => stream.templates)
    .reduce((sum, one) => sum + one.fields.length / 3, 0)
  const names = snapshot.exporters.reduce((sum, { interfaces }) => sum + interfaces.length, 0)
  const most = Math.max(0, ...snapshot.streams.map((stream) => stream.templates.length))
  const samplers = Math.max(0, ...snapshot.streams.map((stream) => stream.samplers.length))
  const sizes = [
    [templates, limits.templates],
    [fields, limits.fieldsTotal],
    [most, limits.templatesPerStream],
    [samplers, limits.samplersPerStream],
    [parked, limits.parked],
    [parkedOctets, limits.parkedOctets],
    [streams, limits.streams],
    [exporters, limits.exporters],
    [names, limits.interfaces],
    [collector.takeEvents().length, limits.events],
    [collector.takeCounters().length, limits.counters],
  ] as const
  for (const [size, limit] of sizes) assert.ok(size <= limit, `seed ${seed}: ${size} over the limit of ${limit}`)
  const kept = collector.exporters()
  assert.equal(
    kept.reduce((sum, stream) => sum + stream.parked, 0),
    parked,
    'sets that wait belong to streams',
  )
  assert.equal(
    kept.reduce((sum, stream) => sum + stream.templates, 0),
    templates,
    'templates belong to streams',
  )
}
