/** Receives numbered UDP datagrams: arguments ADDRESS PORT. Prints how many came, and how many out of order, on SIGTERM. @module */
import { createSocket } from 'node:dgram'

const [address = '', port = '0'] = process.argv.slice(2)
const socket = createSocket({ type: 'udp4', recvBufferSize: 200_000 })
const seen = new Set<number>()
let highest = -1
let late = 0
socket.on('message', (datagram) => {
  const number = datagram.readUInt32BE(0)
  seen.add(number)
  if (number < highest) late++
  highest = Math.max(highest, number)
})
socket.bind(Number(port), address, () => process.stdout.write('ready\n'))
process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify({ received: seen.size, late })}\n`)
  process.exit(0)
})
