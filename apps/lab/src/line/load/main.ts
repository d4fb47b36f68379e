/**
 * Fills links: sends UDP packets from one host to another at a rate, whatever becomes of them: `node main.ts OPTIONS`, with
 * `LoadOptions` as JSON. Nobody listens there: the few errors that the kernel sends back for that are ignored. Ends with its
 * standard input, and prints how many bits per second it has sent: on a busy machine that is less than what it should.
 * @module
 */
import { createSocket, type Socket } from 'node:dgram'
import { endProgram } from '../../end-program.ts'

export interface LoadOptions {
  /** IPv4 addresses. */
  readonly source: string
  readonly destination: string
  /** Of IPv4 packets of 1,500 octets. */
  readonly bitsPerSecond: number
}

const octets = 1500
const headers = 28
/** The discard service (RFC 863). */
const port = 9
/** Flows, so that routers that divide traffic by flows have some to divide. */
const flows = 16
/** Milliseconds between two bursts, and those that are made up for at most when one is late. */
const every = 2
const most = 40

const { source, destination, bitsPerSecond } = JSON.parse(process.argv[2]!) as LoadOptions // written by the scenario
const payload = new Uint8Array(octets - headers)
const perMillisecond = bitsPerSecond / 1000 / 8 / octets
const sockets: readonly Socket[] = Array.from({ length: flows }, open)
let sent = 0
let due = 0
let last = performance.now()
setInterval(() => {
  const now = performance.now()
  due += Math.min(now - last, most) * perMillisecond
  last = now
  for (; due >= 1; due--) sockets[sent++ % flows]!.send(payload, port, destination)
}, every)
const began = performance.now()
process.stdin
  .on('end', () => {
    const seconds = (performance.now() - began) / 1000
    process.stdout.write(`${Math.round((sent * octets * 8) / seconds)}\n`)
    endProgram()
  })
  .resume()

/** With a look-up of its own: Node would resolve even an address through DNS code. */
function open(): Socket {
  const socket = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) })
  socket.on('error', () => {})
  socket.bind(0, source)
  return socket
}
