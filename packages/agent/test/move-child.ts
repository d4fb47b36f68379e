/**
 * In a namespace of its own: an agent with two networks that announces a move, or whose network goes without a word, in
 * the middle of an exchange. Prints what came of it.
 */
import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { openAgent } from '../src/index.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

const ip = (...words: readonly string[]): void => void execFileSync('ip', words)
const networks = { wifi: '10.1.0.1', wwan: '10.2.0.1', far: '10.3.0.1' } as const

ip('link', 'set', 'lo', 'up')
for (const [name, address] of Object.entries(networks)) {
  ip('link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}-end`)
  ip('addr', 'add', `${address}/24`, 'dev', name)
  for (const end of [name, `${name}-end`]) ip('link', 'set', end, 'up')
}
const seeds = newSeeds('server')
const server = await openAgent({
  identity: identityOf(seeds),
  lookup: lookupOf(),
  listen: [`udp://${networks.far}:7601`, `tcp://${networks.far}:7601`],
})
const caller = await openAgent({
  identity: identityOf(newSeeds('caller')),
  lookup: lookupOf(withAddresses(seeds, server.addresses())),
  networks: { home: 'wifi' },
})
const count = 400
server.serve('count', {
  async handle(exchange) {
    for (let number = 0; number < count; number++) {
      await exchange.send(Uint8Array.of(number >>> 8, number))
      await sleep(5)
    }
  },
})
const connection = await caller.connect('server')
/** The addresses from which data may go. */
const hosts = (): readonly string[] =>
  [
    ...new Set(
      connection
        .paths()
        .filter(({ state, status }) => state === 'alive' && status === 'active')
        .map(({ local }) => new URL(local.replace(/^(udp|tcp)/, 'http')).hostname),
    ),
  ].toSorted()
const { value: seen } = await server.connections().next()
const events = seen!.events()
const exchange = await caller.call('server', { protocol: 'count', head: new Uint8Array(0) })
const numbers: number[] = []
const reading = (async () => {
  for await (const { octets } of exchange.messages()) numbers.push((octets[0]! << 8) | octets[1]!)
})()
await sleep(500)
const before = hosts()
const at = Date.now() + 1000
const moved = caller.announceMove({ from: 'home', to: 'wwan', at })
await sleep(300)
/** What each end knows of it meanwhile, and how far the times are apart. */
const meanwhile = [connection, seen!].map(({ moving }) => [
  moving?.by,
  moving?.to,
  Math.abs((moving?.at ?? 0) - at) < 200,
])
await moved
await sleep(50)
const isOver = connection.moving === undefined && seen!.moving === undefined
const after = hosts()
ip('link', 'set', 'wifi', 'down')
await reading
const told: string[] = []
void (async () => {
  for await (const { event } of events) told.push(event)
})()
await sleep(50)
process.stdout.write(
  JSON.stringify({
    before,
    after,
    inOrder: numbers.every((number, at) => number === at) && numbers.length === count,
    told: told.includes('peer.will-move') && told.indexOf('peer.will-move') < told.indexOf('peer.moving'),
    meanwhile,
    isOver,
  }),
)
process.exit(0)
