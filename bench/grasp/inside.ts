/** The measurements of bench/grasp.ts, in a network namespace of their own; prints them as JSON. @module */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { formatAddress } from '../../packages/address/src/index.ts'
import { makeLinks, numberType, openNode } from '../../packages/asa/test/links.ts'
import type { Grasp } from '../../packages/asa/src/index.ts'

const bid = numberType('EX3', 'negotiation')
const rounds = 300
const warmUp = 20
/** A fresh objective for each discovery: nobody knows the answer yet. */
const fresh = (prefix: string) => (round: number) => numberType(`${prefix}${round}`, 'negotiation')
const [near, far] = [fresh('near'), fresh('far')]

/** Of each; they take turns, so that what slows the machine for a while slows all of them. */
async function medians(runs: readonly ((round: number) => Promise<unknown>)[]): Promise<readonly number[]> {
  const times = runs.map((): number[] => [])
  for (let round = 0; round < rounds + warmUp; round++) {
    for (const [index, run] of runs.entries()) {
      const started = performance.now()
      await run(round)
      if (round >= warmUp) times[index]!.push(performance.now() - started)
    }
  }
  return times.map((each) => each.sort((a, b) => a - b)[rounds >> 1]!)
}

async function acceptAll(grasp: Grasp): Promise<void> {
  const agent = grasp.agent('seller')
  agent.register(bid)
  for await (const negotiation of agent.negotiations(bid)) negotiation.accept()
}

/** Connect, 20 octets there, 10 back, close: what a negotiation of one round cannot do without. */
async function exchange(host: string, port: number): Promise<void> {
  const socket: Socket = connect({ host, port, noDelay: true })
  socket.end(Buffer.alloc(20))
  socket.resume()
  await once(socket, 'close')
}

const links = [
  [0, 1],
  [1, 2],
] as const
await makeLinks(links, 3)
// Discoveries follow each other faster than a neighbour may send for long.
const limits = { multicastsPerSecond: 1e6, multicastBurst: 1e6 }
const [first, relay, last] = await Promise.all([0, 1, 2].map((node) => openNode(node, links, { limits })))
void acceptAll(last!)
const responder = last!.agent('many')
for (let round = 0; round < rounds + warmUp; round++) for (const name of [near, far]) responder.register(name(round))
const onLink = relay!.agent('asker')
const behind = first!.agent('asker')
const [discovery, relayed] = await medians([
  (round) => onLink.discoverFirst(near(round)),
  (round) => behind.discoverFirst(far(round)),
])
const { locator: to } = await behind.discoverFirst(bid)
const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
  socket.on('data', () => socket.end(Buffer.alloc(10)))
})
await once(server.listen(0, '::'), 'listening')
const { port } = server.address() as { port: number }
const host = formatAddress(last!.instance.address)
const [negotiation, plain] = await medians([() => behind.negotiate(bid, 1, { to }).outcome, () => exchange(host, port)])
process.stdout.write(`${JSON.stringify({ discovery, relayed, negotiation, plain })}\n`)
process.exit(0)
