/**
 * Sends the workload at a steady rate by sendmmsg from several source ports, each an exporter of its own with a right
 * sequence number (RFC 7011 §3.1), after a second at a low rate. Run as a process of its own:
 * `sender.ts PORT DATAGRAMS_PER_SECOND SECONDS`; prints `Sent` (see `process.ts`) as JSON.
 * @module
 */
import koffi from 'koffi'
import { makeWorkload } from './workload.ts'

const [port, rate, seconds] = process.argv.slice(2).map(Number) as [number, number, number]
const sockets = 4
const batch = 32
/** Sent before: collectors run for months, so what one loses while it starts is not the question. Datagrams a second. */
const warmUp = { rate: 5000, seconds: 1.5 }
const libc = koffi.load('libc.so.6')
const socket = libc.func('int socket(int, int, int)')
const connect = libc.func('int connect(int, const void *, uint)')
const setsockopt = libc.func('int setsockopt(int, int, int, const void *, uint)')
const send = libc.func('int64_t send(int, const void *, size_t, int)')
const sendmmsg = libc.func('int sendmmsg(int, uintptr_t, uint, int)')

const workload = makeWorkload(2048, Date.now())
const target = new Uint8Array(16)
new DataView(target.buffer).setUint16(0, 2, true) // AF_INET
new DataView(target.buffer).setUint16(2, port)
target.set([127, 0, 0, 1], 4)

/** One mmsghdr and iovec per datagram of the workload, laid out once; a call sends a run of them. */
const headers = new ArrayBuffer(workload.data.length * 64)
const vectors = new ArrayBuffer(workload.data.length * 16)
const header = new DataView(headers)
const vector = new DataView(vectors)
const base = koffi.address(headers)
const views = workload.data.map(({ datagram }, i) => {
  vector.setBigUint64(i * 16, koffi.address(datagram.buffer), true)
  vector.setBigUint64(i * 16 + 8, BigInt(datagram.length), true)
  header.setBigUint64(i * 64 + 16, koffi.address(vectors) + BigInt(i * 16), true)
  header.setBigUint64(i * 64 + 24, 1n, true)
  return new DataView(datagram.buffer)
})

const exporters = Array.from({ length: sockets }, (_, domain) => {
  const fd = socket(2, 2, 0) as number
  if (connect(fd, target, 16) !== 0) throw new Error(`cannot connect to udp port ${port}`)
  setsockopt(fd, 1, 7, new Uint8Array(new Int32Array([4_194_304]).buffer), 4)
  const template = workload.template.slice()
  new DataView(template.buffer).setUint32(12, domain + 1)
  send(fd, template, template.length, 0)
  return { fd, domain: domain + 1, sequence: 0, at: Math.floor((domain * views.length) / sockets) }
})
await new Promise((resolve) => setTimeout(resolve, 200))

interface Run {
  readonly datagrams: number
  readonly records: number
  readonly seconds: number
}

function run(rate: number, length: number): Run {
  let datagrams = 0
  let records = 0
  const started = performance.now()
  const end = started + length * 1000
  for (let turn = 0; performance.now() < end; turn++) {
    const due = ((performance.now() - started) / 1000) * rate
    if (datagrams >= due) continue
    const exporter = exporters[turn % sockets]!
    const first = Math.min(exporter.at, views.length - batch)
    for (let i = first; i < first + batch; i++) {
      views[i]!.setUint32(8, exporter.sequence)
      views[i]!.setUint32(12, exporter.domain)
      exporter.sequence = (exporter.sequence + workload.data[i]!.records) >>> 0
      records += workload.data[i]!.records
    }
    for (let sent = 0; sent < batch;) {
      const count = sendmmsg(exporter.fd, base + BigInt((first + sent) * 64), batch - sent, 0) as number
      if (count <= 0) throw new Error('sendmmsg failed')
      sent += count
    }
    exporter.at = (first + batch) % views.length
    datagrams += batch
  }
  return { datagrams, records, seconds: (performance.now() - started) / 1000 }
}

const before = run(warmUp.rate, warmUp.seconds)
const burst = run(rate, seconds)
const sent = {
  records: before.records + burst.records,
  flowsPerSecond: burst.records / burst.seconds,
  keptUp: burst.datagrams / (rate * seconds),
}
process.stdout.write(`${JSON.stringify(sent)}\n`)
