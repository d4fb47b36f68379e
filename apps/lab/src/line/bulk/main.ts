/**
 * Sends as fast as TCP does, for some time: `node main.ts SOURCE ADDRESS PORT MILLISECONDS`. Prints what the sink says of it
 * (`Arrived`), and exits with 1 when that does not come.
 * @module
 */
import { connect } from 'node:net'
import { endProgram } from '../../end-program.ts'

const [source, address, port, milliseconds] = process.argv.slice(2)
/** Milliseconds for what waits in queues, and for the answer: on a full link a lost packet is sent again seconds later. */
const patience = 20_000
const chunk = Buffer.alloc(16_384)
const socket = connect({ host: address!, port: Number(port), localAddress: source! })
let answer = ''

function send(): void {
  while (!socket.writableEnded && socket.write(chunk));
}
socket.on('connect', () => {
  setTimeout(() => socket.end(), Number(milliseconds))
  send()
})
socket.on('drain', send)
socket.on('data', (octets) => (answer += octets.toString()))
socket.on('error', ({ message }) => fail(message))
socket.on('close', () => (answer === '' ? fail('no answer') : finish()))
setTimeout(() => fail(`no answer ${patience / 1000} s after the last octet`), Number(milliseconds) + patience)

function finish(): void {
  process.stdout.write(`${answer}\n`)
  endProgram()
}
function fail(problem: string): void {
  process.stderr.write(`bulk: ${problem}\n`)
  process.exit(1)
}
