/**
 * Sends to one address: a datagram every 10 ms, and a line of one TCP connection every 10 ms. Knows nothing of Vagus. A word on
 * standard input ends it. Argument: the address.
 * @module
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { endProgram } from '../../end-program.ts'
import { every, port, type Sent } from '../packets.ts'

const [address = '::1'] = process.argv.slice(2)
/** Milliseconds between attempts until there is a connection; afterwards it is never made again. */
const again = 100

const udp = createSocket('udp6')
let [datagrams, stream] = [0, 0]
let broken: string | null = null
let tcp: Socket | undefined

while (tcp === undefined) {
  const attempt = connect({ host: address, port, noDelay: true })
  const failed = await once(attempt, 'connect').then(
    () => undefined,
    (error: unknown) => error,
  )
  if (failed === undefined) tcp = attempt
  else await new Promise((resolve) => setTimeout(resolve, again))
}
tcp.on('error', (error) => (broken = error.message))
tcp.on('close', () => (broken ??= 'closed'))
process.stdout.write('begun\n')

const began = performance.now()
const timer = setInterval(() => {
  // What a late timer missed is sent now: the numbers follow the clock.
  while (began + datagrams * every <= performance.now()) {
    udp.send(String(datagrams++), port, address, () => undefined)
    if (broken === null) tcp.write(`${stream++}\n`)
  }
}, every)

await once(process.stdin, 'data')
clearInterval(timer)
process.stdout.write(`${JSON.stringify({ datagrams, stream, broken } satisfies Sent)}\n`)
endProgram()
