/**
 * Collecting flows, against nfcapd and nfdump (Debian's nfdump) in the same run: decoding, receiving without loss,
 * storing, size on disk, and asking. Takes about five minutes; two cores, one of them the sender's.
 * @module
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createCollector } from '@vagus/flow'
import { type FlowStore, openFlowStore } from '@vagus/store'
import type { Row } from '../scripts/bench.ts'
import { needs } from '../scripts/needs.ts'
import { octetsBelow, startController, type StartCollector, startNfcapd } from './flow/collectors.ts'
import { send } from './flow/process.ts'
import { makeWorkload } from './flow/workload.ts'

type Progress = (line: string) => void
const burstSeconds = 3
/** Datagrams a second. */
const rates = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 120, 140, 170, 200, 240, 280, 320].map(
  (thousands) => thousands * 1000,
)

export async function measure(progress: Progress): Promise<readonly Row[]> {
  const missing = needs('nfdump')
  if (missing !== false) throw new Error(missing)
  return [decodeRate(progress), ...(await lossless(progress)), ...(await filed(progress))]
}

function decodeRate(progress: Progress): Row {
  const { template, data } = makeWorkload(2048, Date.now())
  let records = 0
  const collector = createCollector({
    onBlock(block) {
      records += block.length
      collector.recycle(block)
    },
  })
  const source = { address: new Uint8Array(16), port: 4739 }
  const best = { rate: 0 }
  let now = Date.now()
  collector.receive(template, source, now)
  let sequence = 0
  for (let round = 0; round < 60; round++) {
    const before = records
    const started = performance.now()
    for (const { datagram, records: count } of data) {
      new DataView(datagram.buffer).setUint32(8, sequence)
      sequence = (sequence + count) >>> 0
      collector.receive(datagram, source, now)
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
    aim: '>= 20 M',
    note: 'best of 60 rounds of 2,048 datagrams, sequence numbers checked; nfcapd cannot be measured without its socket',
  }
}

/** The highest rate at which nothing is lost, for receiving and for storing so that it can be asked within 5 s. */
async function lossless(progress: Progress): Promise<readonly Row[]> {
  const ours = { received: 0, stored: 0 }
  const peer = { received: await highest(progress, 'nfcapd', startNfcapd('none')), stored: 0 }
  peer.stored = await highest(progress, 'nfcapd -y', startNfcapd('lz4'))
  ours.received = await highest(progress, 'vagus', startController)
  ours.stored = await highest(progress, 'vagus, queryable within 5 s', startController, 5)
  return [
    {
      claim: 'receive, decode and log without loss, equal socket buffers of 4 MiB',
      unit: 'flows/s',
      ours: ours.received,
      peer: peer.received,
      ratio: ours.received / peer.received,
      aim: 'ratio >= 3',
      note: 'peer: nfcapd, uncompressed; bursts of 3 s',
    },
    {
      claim: 'store durably without loss and queryable within 5 s',
      unit: 'flows/s',
      ours: ours.stored,
      peer: peer.stored,
      ratio: ours.stored / peer.stored,
      aim: 'ratio >= 1',
      note: 'peer: nfcapd -y (LZ4); its file can be asked only after it rotates, which is not held against it here',
    },
  ]
}

/** Flows a second of the highest rate at which everything sent was stored, two tries a rate. */
async function highest(
  progress: Progress,
  name: string,
  start: StartCollector,
  withinSeconds = Infinity,
): Promise<number> {
  let best = 0
  for (const rate of rates) {
    const flows = (await survives(rate, start, withinSeconds)) ?? (await survives(rate, start, withinSeconds))
    progress(`${name}: ${rate} datagrams/s ${flows === undefined ? 'lost' : 'kept'}`)
    if (flows === undefined) break
    best = flows
  }
  return Math.round(best)
}

async function survives(rate: number, start: StartCollector, withinSeconds: number): Promise<number | undefined> {
  const collector = await start()
  try {
    const sent = await send(collector.port, rate, burstSeconds)
    const { stored, queryableAfter } = await collector.settle(sent)
    // A sender that cannot keep the rate up measures itself.
    if (sent.datagrams < 0.97 * rate * burstSeconds) return undefined
    return stored >= sent.records && queryableAfter <= withinSeconds ? sent.records / sent.seconds : undefined
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
  const rows: Row[] = []
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
    aim: 'ratio >= 200',
    note: 'peer: nfdump -s proto/bytes, its nearest statistic',
  }
}

function nfdump(folder: string, statistic: string | undefined): void {
  const args =
    statistic === undefined ? ['-A', 'srcas,dstas', '-O', 'bytes', '-c', '20'] : ['-s', statistic, '-n', '20']
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
