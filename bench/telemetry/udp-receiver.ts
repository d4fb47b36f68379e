/**
 * Receives numbered UDP datagrams: arguments ADDRESS PORT. Prints how many came, how many out of order, and how many its
 * own socket had no room for because it was not given the processor, when its input ends.
 * @module
 */
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'

const [address = '', port = '0'] = process.argv.slice(2)
const socket = createSocket({ type: 'udp4', recvBufferSize: 200_000 })
const seen = new Set<number>()
let highest = -1
let late = 0
const before = overflows()
socket.on('message', (datagram) => {
  const number = datagram.readUInt32BE(0)
  seen.add(number)
  if (number < highest) late++
  highest = Math.max(highest, number)
})
socket.bind(Number(port), address, () => process.stdout.write('ready\n'))
process.stdin
  .on('end', () => {
    process.stdout.write(`${JSON.stringify({ received: seen.size, late, overflowed: overflows() - before })}\n`)
    process.exit(0)
  })
  .resume()

/** Datagrams that sockets of this namespace had no room for. */
function overflows(): number {
  const [names, values] = readFileSync('/proc/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Udp:'))
    .map((line) => line.split(' '))
  return Number(values?.[names?.indexOf('RcvbufErrors') ?? 0] ?? 0)
}
