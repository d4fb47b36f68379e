/**
 * Collecting flows, against nfcapd and nfdump (Debian's nfdump) in the same run: decoding, receiving without loss,
 * storing, size on disk, and asking. Takes some six minutes; two cores, one of them the sender's.
 * @module
 */
import { spawnSync } from 'node:child_process'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import type { FlowTop } from '@vagus/api'
import { createCollector } from '@vagus/flow'
import { type FlowStore, openFlowStore } from '@vagus/store'
import type { Row } from '../scripts/bench.ts'
import { needs } from '../scripts/needs.ts'
import { octetsBelow, startController, type StartCollector, startNfcapd } from './flow/collectors.ts'
import { send, type Sent, stolenDuring } from './flow/process.ts'
import { makeWorkload } from './flow/workload.ts'

type Progress = (line: string) => void
const burstSeconds = 3
/** Above it, what others do decides what is lost. */
const idleLoad = 0.5
/** Datagrams a second. */
const rates = [
  10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 180, 200, 220, 240, 260, 280, 300, 320,
  340, 360, 380, 400, 420, 440, 460, 480, 500, 520, 540, 560, 580, 600,
].map((thousands) => thousands * 1000)

export async function measure(progress: Progress): Promise<readonly Row[]> {
  const missing = needs('nfdump')
  if (missing !== false) throw new Error(missing)
  const [load = 0] = loadavg()
  if (load > idleLoad)
    progress(`THE MACHINE IS NOT IDLE (load ${load.toFixed(1)}): figures are too low, ratios uncertain`)
  return [decodeRate(progress), ...(await lossless(progress)), ...(await filed(progress))]
}

/** Some seconds: V8 compiles for most of the first one, and a collector runs for months. */
const decodeRounds = 1000

/** The datagrams stand in memory as the receiver hands them over, each a run of its own. */
function decodeRate(progress: Progress): Row {
  const { template, data } = makeWorkload(2048, Date.now())
  const pages = data.length / 32 // of 2,048 octets a datagram
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  const octets = new Uint8Array(memory.buffer)
  const view = new DataView(memory.buffer)
  const runs = data.map(({ datagram, records }, index) => {
    octets.set(datagram, index * 2048)
    const at = index * 2048
    return { octets, view, memory, at, end: at + datagram.length, each: datagram.length, records }
  })
  let records = 0
  const collector = createCollector({
    onBlock(block) {
      records += block.length
      collector.recycle(block)
    },
    decoders: 'vector',
  })
  const source = { address: new Uint8Array(16), port: 4739 }
  const best = { rate: 0 }
  let now = Date.now()
  collector.receive(template, source, now)
  let sequence = 0
  for (let round = 0; round < decodeRounds; round++) {
    const before = records
    const started = performance.now()
    for (const run of runs) {
      view.setUint32(run.at + 8, sequence)
      sequence = (sequence + run.records) >>> 0
      collector.receiveRun(run, source, now)
    }
    collector.flush()
    best.rate = Math.max(best.rate, ((records - before) / (performance.now() - started)) * 1000)
    now += 10
  }
  progress(`decode: ${(best.rate / 1e6).toFixed(1)} M flows/s`)
  return {
    claim: 'decode IPFIX, 20 fields, v4 and v6, one core',
    unit: 'flows/s',
    ours: Math.round(best.rate),
    peer: null,
    ratio: null,
    aim: 'ours >= 20 M flows/s',
    note: 'best of 1,000 rounds of 2,048 datagrams, sequence numbers checked; nfcapd cannot be measured without its socket',
  }
}

/** The highest rate at which nothing is lost, for receiving and for storing so that it can be asked within 5 s. */
async function lossless(progress: Progress): Promise<readonly Row[]> {
  const peerReceived = await highest(progress, 'nfcapd', attemptsOf(startNfcapd('none')))
  const peerStored = await highest(progress, 'nfcapd -y', attemptsOf(startNfcapd('lz4')))
  const ours = attemptsOf(startController)
  const received = await highest(progress, 'vagus', ours)
  const stored = await highest(progress, 'vagus, queryable within 5 s', ours, 5)
  return [
    {
      claim: 'receive, decode and log without loss, equal socket buffers of 4 MiB',
      unit: 'flows/s',
      ours: received.flows,
      peer: peerReceived.flows,
      ratio: received.flows / peerReceived.flows,
      aim: 'ratio >= 3',
      note: `peer: nfcapd, uncompressed; bursts of ${burstSeconds} s; ours, whose receiver has a ring of 128 MiB behind the socket buffer, ${received.above}; nfcapd ${peerReceived.above}`,
    },
    {
      claim: 'store durably without loss and queryable within 5 s',
      unit: 'flows/s',
      ours: stored.flows,
      peer: peerStored.flows,
      ratio: stored.flows / peerStored.flows,
      aim: 'ratio >= 1',
      note: `peer: nfcapd -y (LZ4); its file can be asked only after it rotates, which is not held against it here; ours ${stored.above}; nfcapd -y ${peerStored.above}`,
    },
  ]
}

interface Highest {
  /** Flows a second of the highest rate at which everything sent was stored; 0 when there was none. */
  readonly flows: number
  /** What happened at the next rate. */
  readonly above: string
}

/** Looks between what works and what does not, two tries a rate; what works at a rate is taken to work below it. */
async function highest(
  progress: Progress,
  name: string,
  attempts: Attempts,
  withinSeconds = Infinity,
): Promise<Highest> {
  let best: Highest = { flows: 0, above: 'was not tried above' }
  let low = 0
  let high = rates.length
  while (low < high) {
    const middle = (low + high) >> 1
    const rate = rates[middle]!
    const first = await attempts(rate, 1)
    const isFine = problemOf(first, withinSeconds) === undefined && first.keptUp >= leastKeptUp
    const outcome = isFine ? first : await attempts(rate, 2)
    const problem = problemOf(outcome, withinSeconds)
    // The rate that was sent counts, not the one that was asked for.
    const isAll = outcome.keptUp >= leastKeptUp
    const kept = isAll ? 'kept all' : `kept all that the sender could send, ${(outcome.flows / 1e6).toFixed(2)} M/s`
    const stolen =
      outcome.stolen > noticeable ? `; a hypervisor took ${(outcome.stolen * 100).toFixed(0)} % of the core` : ''
    progress(`${name}: ${rate} datagrams/s: ${problem ?? kept}${stolen}`)
    if (problem === undefined) {
      best = { ...best, flows: Math.max(best.flows, Math.round(outcome.flows)) }
      if (isAll) low = middle + 1
      else {
        best = { ...best, above: 'kept all that the sender could send' }
        high = middle
      }
    } else {
      best = { ...best, above: `${problem} at ${(outcome.flows / 1e6).toFixed(2)} M/s` }
      high = middle
    }
  }
  return best
}

/** Of the core, while a collector was sent to: above it, the hypervisor decides what is lost. */
const noticeable = 0.02
/** A sender that sends less of what it was to send cannot send more. */
const leastKeptUp = 0.97

interface Attempt {
  /** Flows a second. */
  readonly flows: number
  /** Of what was sent, 0..1. */
  readonly lost: number
  readonly queryableAfter: number
  /** Datagrams sent, as a share of those that were to be sent. */
  readonly keptUp: number
  /** Of the collector's core, by a hypervisor, 0..1. */
  readonly stolen: number
}

/** What went wrong; undefined when nothing did. */
function problemOf({ lost, queryableAfter }: Attempt, withinSeconds: number): string | undefined {
  if (lost > 0) return `lost ${(lost * 100).toFixed(2)} %`
  if (queryableAfter > withinSeconds) return `took ${queryableAfter.toFixed(1)} s`
  return undefined
}

/** The first or the second try at a rate; each is made once, whatever is asked of it. */
type Attempts = (rate: number, turn: 1 | 2) => Promise<Attempt>

function attemptsOf(start: StartCollector): Attempts {
  const made = new Map<string, Promise<Attempt>>()
  return (rate, turn) => {
    const key = `${rate} ${turn}`
    const attempt = made.get(key) ?? attemptAt(rate, start)
    made.set(key, attempt)
    return attempt
  }
}

async function attemptAt(rate: number, start: StartCollector): Promise<Attempt> {
  const collector = await start()
  try {
    const [sent, stolen] = await stolenDuring(() => send(collector.port, rate, burstSeconds))
    const { stored, queryableAfter } = await collector.settle(sent)
    const { flowsPerSecond: flows, keptUp } = sent
    return { flows, lost: Math.max(0, 1 - stored / sent.records), queryableAfter, keptUp, stolen }
  } finally {
    await collector.stop()
    collector.remove()
  }
}

/** The same four million flows in both stores: size and questions. */
async function filed(progress: Progress): Promise<readonly Row[]> {
  const fill = { rate: 20_000, seconds: 12 }
  const peer = await startNfcapd('lz4')()
  const peerSent = await send(peer.port, fill.rate, fill.seconds)
  const peerStored = (await peer.settle(peerSent)).stored
  const ours = await startController()
  const from = Date.now() - 60_000
  const sent = await send(ours.port, fill.rate, fill.seconds)
  await ours.settle(sent)
  const live = await liveRow(ours, sent, peer.folder, progress)
  await ours.stop()
  progress(`filled: ours ${sent.records} flows, nfcapd ${peerStored}`)

  const folder = join(ours.folder, 'home', 'flows')
  const store = await openFlowStore({
    folder,
    retention: { raw: 1e9, minute: 1e9, fiveMinutes: 1e9, hour: 1e9 },
    maxOctets: 1e12,
  })
  await store.seal()
  const records = (await store.stats()).records
  const rows: Row[] = [live]
  const perFlow = { ours: octetsBelow(folder) / records, peer: octetsBelow(peer.folder) / peerStored }
  rows.push({
    claim: 'size on disk, rollups included',
    unit: 'octets/flow',
    ours: perFlow.ours,
    peer: perFlow.peer,
    ratio: perFlow.peer / perFlow.ours,
    aim: 'ratio >= 1.67 (0.6 of nfcapd -y)',
  })
  for (const { name, by, statistic } of questions) {
    const ask = { from, to: Date.now(), by, n: 20, observations: 'all' } as const
    const oursMs = await median(() => store.top(ask))
    const peerMs = await median(() => Promise.resolve(nfdump(peer.folder, statistic)))
    progress(`${name}: ours ${oursMs.toFixed(0)} ms, nfdump ${peerMs.toFixed(0)} ms`)
    rows.push({
      claim: `top 20 ${name} of ${(records / 1e6).toFixed(1)} M flows`,
      unit: 'ms',
      ours: oursMs,
      peer: peerMs,
      ratio: peerMs / oursMs,
      aim: 'ratio >= 20',
    })
  }
  rows.push(await rollupRow(store, from, peer.folder, progress))
  await store.close()
  ours.remove()
  peer.remove()
  return rows
}

const questions = [
  { name: 'sources', by: ['src'], statistic: 'srcip/bytes' },
  { name: 'destination ports', by: ['dstPort'], statistic: 'dstport/bytes' },
  { name: 'AS pairs', by: ['srcAs', 'dstAs'], statistic: undefined },
] as const

/** What `vagus flow top` asks by default: the last minute, from sketches, over HTTP. */
async function liveRow(
  ours: Awaited<ReturnType<typeof startController>>,
  sent: Sent,
  peerFolder: string,
  progress: Progress,
): Promise<Row> {
  // Live windows end ten seconds ago, as records come after their packets.
  await new Promise((resolve) => setTimeout(resolve, 10_000))
  let flows = 0
  const oursMs = await median(async () => {
    const { total } = (await ours.get('/v1/flows/top?by=src&n=20&last=1m')) as FlowTop
    flows = total.flows
  })
  const peerMs = await median(() => Promise.resolve(nfdump(peerFolder, 'srcip/bytes')))
  const share = ((flows / sent.records) * 100).toFixed(0)
  progress(`live: ours ${oursMs.toFixed(1)} ms, nfdump ${peerMs.toFixed(0)} ms`)
  return {
    claim: `top 20 sources of the last minute, live (${(flows / 1e6).toFixed(1)} M flows), over HTTP`,
    unit: 'ms',
    ours: oursMs,
    peer: peerMs,
    ratio: peerMs / oursMs,
    aim: 'ratio >= 20',
    note: `ours is from sketches, each figure with its error, and leaves out what came too fast for it: ${share} % of what was sent is in it; nfdump counts exactly, over all flows in its file`,
  }
}

/** What the console asks all the time is answered from a rollup; nfdump reads all records for it. */
async function rollupRow(store: FlowStore, from: number, peerFolder: string, progress: Progress): Promise<Row> {
  const step = 60_000
  const window = { from: Math.floor(from / step) * step, to: Math.ceil(Date.now() / step) * step, step }
  const ours = await median(() => store.series({ ...window, by: 'version' }))
  const peer = await median(() => Promise.resolve(nfdump(peerFolder, 'proto/bytes')))
  progress(`series: ours ${ours.toFixed(1)} ms, nfdump ${peer.toFixed(0)} ms`)
  return {
    claim: 'IPv4 and IPv6 by minute, from the rollup',
    unit: 'ms',
    ours,
    peer,
    ratio: peer / ours,
    aim: 'ratio >= 20',
    note: 'peer: nfdump -s proto/bytes, its nearest statistic',
  }
}

function nfdump(folder: string, statistic: string | undefined): void {
  // -n is how many are printed; -c would be how many records are read.
  const what = statistic === undefined ? ['-A', 'srcas,dstas', '-O', 'bytes'] : ['-s', statistic]
  const args = [...what, '-n', '20']
  const { status, stderr } = spawnSync('nfdump', ['-R', folder, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`nfdump: ${stderr}`)
}

/** Median of five, in milliseconds, after one that is not counted. */
async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < 6; i++) {
    const started = performance.now()
    await work()
    if (i > 0) times.push(performance.now() - started)
  }
  return times.sort((a, b) => a - b)[2]!
}
