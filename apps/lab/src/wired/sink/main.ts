/**
 * Receives what a source sends, and notes when. Knows nothing of Vagus. A word on standard input ends it. Argument: the
 * address at which it listens.
 * @module
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { endProgram } from '../../end-program.ts'
import { type Arrived, port, type Sunk, uptimeMs } from '../packets.ts'

const [address = '::1'] = process.argv.slice(2)
const datagrams: Arrived[] = []
const stream: Arrived[] = []
let connections = 0

const udp = createSocket('udp6')
udp.on('message', (octets) => datagrams.push([Number(octets.toString()), uptimeMs()]))
udp.bind({ address, port })
const server = createServer((socket) => {
  connections++
  createInterface({ input: socket }).on('line', (line) => stream.push([Number(line), uptimeMs()]))
  socket.on('error', () => undefined)
})
server.listen({ host: address, port })
await Promise.all([once(udp, 'listening'), once(server, 'listening')])
process.stdout.write('begun\n')

await once(process.stdin, 'data')
process.stdout.write(`${JSON.stringify({ datagrams, stream, connections } satisfies Sunk)}\n`)
endProgram()
