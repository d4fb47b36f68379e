/** Agents with one way to each other, of each kind, and what begins a second session. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { kindOf } from '@vagus/channel'
import { eventually } from '../../../scripts/eventually.ts'
import { type Agent, openAgent } from '../src/index.ts'
import { Forwarder } from './forwarder.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
})

async function opened(options: Parameters<typeof openAgent>[0]): Promise<Agent> {
  const agent = await openAgent(options)
  open.push(agent)
  return agent
}

const digestOf = (octets: Uint8Array): Uint8Array => createHash('sha256').update(octets).digest()

for (const [kind, uri] of [
  ['udp', 'udp://127.0.0.1:0'],
  ['tcp', 'tcp://127.0.0.1:0'],
  ['ws', 'ws://127.0.0.1:0/agents'],
] as const) {
  test(`agents that reach each other by ${kind} alone exchange messages both ways, small and large, in order`, async () => {
    const seeds = newSeeds('server')
    const server = await opened({ identity: identityOf(seeds), lookup: lookupOf(), listen: [uri] })
    const lookup = lookupOf(withAddresses(seeds, server.addresses()))
    const caller = await opened({ identity: identityOf(newSeeds('caller')), lookup })
    server.serve('digest', {
      async handle(exchange) {
        for await (const { octets } of exchange.messages()) await exchange.send(digestOf(octets))
      },
    })
    const exchange = await caller.call('server', { protocol: 'digest', head: new Uint8Array(0) })
    const messages = Array.from({ length: 50 }, (_, at) => new Uint8Array(at % 10 === 9 ? 1_000_000 : at).fill(at))
    const sending = (async () => {
      for (const message of messages) await exchange.send(message)
      await exchange.end()
    })()
    const answers = await Array.fromAsync(exchange.messages(), ({ octets }) => Buffer.from(octets))
    await sending
    assert.deepEqual(
      answers,
      messages.map((message) => digestOf(message)),
    )
    for (const agent of [caller, server]) {
      const kinds = agent.connected().flatMap((connection) => connection.paths().map((path) => path.kind))
      assert.deepEqual([...new Set(kinds)], [kind])
    }
  })
}

test('of two addresses that answer at once one is taken, and the socket to the other is closed', async () => {
  const seeds = newSeeds('server')
  const server = await opened({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const { port } = new URL(server.addresses()[0]!)
  const forwarders = await Promise.all([Forwarder.open(Number(port)), Forwarder.open(Number(port))])
  open.push(...forwarders)
  for (const forwarder of forwarders) forwarder.held = []
  const before = openSockets()
  const lookup = lookupOf(
    withAddresses(
      seeds,
      forwarders.map((forwarder) => `udp://127.0.0.1:${forwarder.port}`),
    ),
  )
  const caller = await opened({ identity: identityOf(newSeeds('caller')), lookup })
  const connecting = caller.connect('server')
  while (forwarders.some(({ held }) => held?.length === 0)) await sleep(1)
  for (const forwarder of forwarders) forwarder.release()
  await connecting
  await caller.close()
  await eventually('the sockets are closed', () => openSockets() === before)
})

const openSockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length

describe('a second session with the same agent', () => {
  /** The kinds of the messages that began the first and the second session, on the wire. */
  async function kinds(resumption: 'tickets' | 'never'): Promise<readonly (readonly string[])[]> {
    const seeds = newSeeds('server')
    const server = await opened({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
    const forwarder = await Forwarder.open(Number(new URL(server.addresses()[0]!).port))
    open.push(forwarder)
    const lookup = lookupOf(withAddresses(seeds, [`udp://127.0.0.1:${forwarder.port}`]))
    const caller = await opened({ identity: identityOf(newSeeds('caller')), lookup, resumption })
    server.serve('echo', {
      async handle(exchange) {
        for await (const { octets } of exchange.messages()) await exchange.send(octets)
      },
    })
    const sessions: (readonly string[])[] = []
    for (let session = 0; session < 3; session++) {
      const from = forwarder.seen.length
      const connection = await caller.connect('server')
      const exchange = await caller.call('server', { protocol: 'echo', head: new Uint8Array(0) })
      await exchange.send(Uint8Array.of(session))
      await exchange.end()
      assert.deepEqual(await Array.fromAsync(exchange.messages(), ({ octets }) => octets[0]), [session])
      sessions.push(forwarder.seen.slice(from).flatMap((packet) => kindOf(packet) ?? []))
      await connection.close()
    }
    return sessions
  }

  test('begins with the ticket of the one before, without another handshake', async () => {
    const [first, ...others] = await kinds('tickets')
    assert.deepEqual(first, ['hello', 'answer'])
    for (const other of others) assert.deepEqual(other, ['resume', 'resumed'])
  })
  test('begins with a handshake where tickets are not used', async () => {
    for (const session of await kinds('never')) assert.deepEqual(session, ['hello', 'answer'])
  })
})
