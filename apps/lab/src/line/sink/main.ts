/**
 * Takes what `bulk` sends over TCP: `node main.ts ADDRESS PORT`. Prints a line when it listens. When a sender has ended, it
 * gets back how much arrived, and in how many milliseconds, as JSON (`Arrived`). Ends with its standard input.
 * @module
 */
import { createServer } from 'node:net'

export interface Arrived {
  readonly octets: number
  /** Between the first octet and the last. */
  readonly milliseconds: number
}

const [address, port] = process.argv.slice(2)
createServer({ allowHalfOpen: true }, (socket) => {
  let octets = 0
  let first = 0
  let last = 0
  socket.on('data', (chunk) => {
    last = performance.now()
    if (octets === 0) first = last
    octets += chunk.length
  })
  socket.on('end', () => socket.end(JSON.stringify({ octets, milliseconds: last - first } satisfies Arrived)))
  socket.on('error', () => socket.destroy())
}).listen(Number(port), address, () => process.stdout.write('listening\n'))
process.stdin.on('end', () => process.exit()).resume()
