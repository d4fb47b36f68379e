/**
 * Sends the workload at a steady rate from several source ports, 32 datagrams a system call (UDP_SEGMENT, udp(7)), which
 * the kernel parts before it puts them into the receiver's socket buffer, so that the sender has rate to spare; each port
 * is an exporter of its own with a right sequence number (RFC 7011 §3.1). Before come three seconds at half the rate. Run
 * as a process of its own: `sender.ts PORT DATAGRAMS_PER_SECOND SECONDS`; prints `Sent` (see `process.ts`) as JSON.
 * @module
 */
import koffi from 'koffi'
import { makeWorkload } from './workload.ts'

const [port, rate, seconds] = process.argv.slice(2).map(Number) as [number, number, number]
const sockets = 4
const batch = 32
/**
 * Sent before: collectors run for months, so what one loses while it starts is not the question, and V8 compiles for the
 * first seconds. At half the rate, so that it is the same work.
 */
const warmUp = { rate: rate / 2, seconds: 3 }
const libc = koffi.load('libc.so.6')
const socket = libc.func('int socket(int, int, int)')
const connect = libc.func('int connect(int, const void *, uint)')
const setsockopt = libc.func('int setsockopt(int, int, int, const void *, uint)')
const send = libc.func('int64_t send(int, const void *, size_t, int)')
const sendmsg = libc.func('int64_t sendmsg(int, uintptr_t, int)')

const workload = makeWorkload(2048, Date.now())
const target = new Uint8Array(16)
new DataView(target.buffer).setUint16(0, 2, true) // AF_INET
new DataView(target.buffer).setUint16(2, port)
target.set([127, 0, 0, 1], 4)

/** Datagrams of one length stand side by side: what goes out in one call must have one. */
const data = workload.data.toSorted((a, b) => a.datagram.length - b.datagram.length)
const views = data.map(({ datagram }) => new DataView(datagram.buffer))
/** One iovec for each datagram, and one msghdr with the length of a datagram, laid out once; a call sends a run of them. */
const vectors = new ArrayBuffer(data.length * 16)
const vector = new DataView(vectors)
for (const [i, { datagram }] of data.entries()) {
  vector.setBigUint64(i * 16, koffi.address(datagram.buffer), true)
  vector.setBigUint64(i * 16 + 8, BigInt(datagram.length), true)
}
const [message, control] = [new ArrayBuffer(56), new ArrayBuffer(24)]
const [header, segment] = [new DataView(message), new DataView(control)]
const [messageAt, vectorsAt] = [koffi.address(message), koffi.address(vectors)]
header.setBigUint64(32, koffi.address(control), true)
header.setBigUint64(40, BigInt(control.byteLength), true)
segment.setBigUint64(0, 18n, true) // cmsg_len: header and two octets
segment.setInt32(8, 17, true) // SOL_UDP
segment.setInt32(12, 103, true) // UDP_SEGMENT

/** The run of datagrams of one length that begins at `first`, at most a batch. */
const runs = data.map((_, first) => {
  const { length } = data[first]!.datagram
  let count = 1
  while (count < batch && data[first + count]?.datagram.length === length) count++
  return count
})

function sendRun(fd: number, first: number, count: number): void {
  header.setBigUint64(16, vectorsAt + BigInt(first * 16), true)
  header.setBigUint64(24, BigInt(count), true)
  segment.setUint16(16, data[first]!.datagram.length, true)
  const octets = Number(sendmsg(fd, messageAt, 0))
  if (octets !== count * data[first]!.datagram.length) throw new Error('sendmsg failed')
}

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
    const first = exporter.at
    const count = runs[first]!
    for (let i = first; i < first + count; i++) {
      views[i]!.setUint32(8, exporter.sequence)
      views[i]!.setUint32(12, exporter.domain)
      exporter.sequence = (exporter.sequence + data[i]!.records) >>> 0
      records += data[i]!.records
    }
    sendRun(exporter.fd, first, count)
    exporter.at = (first + count) % views.length
    datagrams += count
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
