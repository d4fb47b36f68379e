/**
 * Sends numbered UDP datagrams at a steady rate. Arguments: SOURCE DESTINATION PORT RATE SECONDS OCTETS. Ends sooner with
 * its input, and prints how many it sent.
 * @module
 */
import { createSocket } from 'node:dgram'
import { setTimeout as sleep } from 'node:timers/promises'

const [source = '', destination = '', ...numbers] = process.argv.slice(2)
const [port = 0, rate = 0, seconds = 0, octets = 0] = numbers.map(Number)
const socket = createSocket('udp4')
await new Promise<void>((resolve) => socket.bind(0, source, resolve))
let sent = 0
process.stdin.on('end', () => finish()).resume()
const started = performance.now()
while (performance.now() - started < seconds * 1000) {
  const due = Math.floor(((performance.now() - started) / 1000) * rate)
  for (; sent < due; sent++) {
    // One of its own for each: it may wait in a queue while the next is numbered.
    const datagram = Buffer.alloc(octets)
    datagram.writeUInt32BE(sent)
    socket.send(datagram, port, destination, () => undefined)
  }
  await sleep(1)
}
finish()

function finish(): never {
  process.stdout.write(`${JSON.stringify({ sent })}\n`)
  process.exit(0)
}
