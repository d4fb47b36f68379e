/**
 * A raw peer: opens a session from 10.9.1.2, says `ready`, and on a line of input sends the table in the file that it is given as fast as the
 * other side takes it; says `sent` behind.
 */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { encodeMessage } from '@vagus/bgp'

const octets = readFileSync(process.argv[2]!)
const keepalive = encodeMessage({ type: 'keepalive' })
const open = encodeMessage({
  type: 'open',
  version: 4,
  myAs: 65001,
  holdTime: 180,
  bgpIdentifier: 0x0a090102,
  capabilities: [
    { type: 'multiprotocol', afi: 1, safi: 1 },
    { type: 'four-octet-as', as: 65001 },
  ],
})

function dial(): void {
  const socket = connect({ host: '10.9.1.1', port: 179, localAddress: '10.9.1.2' })
  let isOpen = false
  socket.on('error', () => undefined)
  socket.on('close', () => {
    if (isOpen) process.exit(1)
    setTimeout(dial, 200)
  })
  socket.on('connect', () => socket.write(open))
  socket.on('data', (received) => {
    if (isOpen || received[18] !== 1) return
    isOpen = true
    socket.write(keepalive)
    setInterval(() => socket.write(keepalive), 20_000).unref()
    setTimeout(() => process.stdout.write('ready\n'), 2500)
    createInterface(process.stdin).once('line', () => socket.write(octets, () => process.stdout.write('sent\n')))
  })
}
dial()
