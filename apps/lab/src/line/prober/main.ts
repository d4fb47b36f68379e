/**
 * Sends echo requests from one host to another, evenly spaced: `node main.ts OPTIONS`, with `ProberOptions` as JSON. Prints
 * what became of them, a line of JSON for each few (`Probe[]`), in the order in which they were sent. It blocks its thread
 * while nothing happens, so it is a process of its own; it ends with its standard input.
 * @module
 */
import { openEchoSocket, waitForSockets } from '@vagus/linux'
import type { Probe, ProberOptions } from '../probe.ts'

/** Milliseconds without a reply after which a request is lost. */
const lostAfter = 2000
/** Milliseconds between two lines, and until the event loop has a turn. */
const tellEvery = 200
const longestWait = 50

const { source, destination, octets, every } = JSON.parse(process.argv[2]!) as ProberOptions // written by the scenario
const socket = openEchoSocket({ source, destination, octets, identifier: process.pid & 0xffff })
const wait = waitForSockets([socket.fd])
/** Of the same clock as the times of replies, and it does not go back. */
const clock = (): number => performance.timeOrigin + performance.now()

/** By sequence number, oldest first: requests of which it was not told what became of them, with an answer or without. */
const open = new Map<number, { readonly sent: number; roundTrip?: number }>()
let ready: Probe[] = []
let sequence = 0
let next = clock()
let toldAt = next

function turn(): void {
  const now = clock()
  if (now >= next) {
    open.set(sequence, { sent: clock() })
    socket.send(sequence++) // one that cannot be sent has no answer either
    next = Math.max(next + every, now) // a late one is not made up for: two at once would wait for each other
  }
  for (let reply = socket.receive(); reply !== undefined; reply = socket.receive()) {
    const request = open.get(reply.sequence)
    if (request !== undefined) request.roundTrip ??= Math.max(0, reply.at - request.sent)
  }
  for (const [oldest, { sent, roundTrip = null }] of open) {
    if (roundTrip === null && now - sent < lostAfter) break
    open.delete(oldest)
    ready.push([sent, roundTrip])
  }
  if (now - toldAt >= tellEvery && ready.length > 0) {
    process.stdout.write(`${JSON.stringify(ready)}\n`)
    ready = []
    toldAt = now
  }
  wait(Math.max(0, Math.min(longestWait, next - clock())))
  setImmediate(turn)
}
setImmediate(turn)
process.stdin.on('end', () => process.exit()).resume()
