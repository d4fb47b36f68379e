/** An agent whose document names addresses at which nothing answers, before the one at which it is reached. */
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, test } from 'node:test'
import { usualWait } from '../src/handshake/outgoing-handshake.ts'
import { type Agent, openAgent, Relay } from '../src/index.ts'
import { Forwarder } from './forwarder.ts'
import { identityOf, lookupOf, newSeeds, type Seeds, withAddresses } from './identities.ts'

const agents: Agent[] = []
const sockets: Socket[] = []
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.close()))
  for (const socket of sockets.splice(0)) socket.close()
})

async function open(seeds: Seeds, options: Omit<Parameters<typeof openAgent>[0], 'identity'>): Promise<Agent> {
  const agent = await openAgent({ identity: identityOf(seeds), ...options })
  agents.push(agent)
  return agent
}

async function silentAddress(): Promise<string> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  sockets.push(socket)
  await once(socket, 'listening')
  return `udp://127.0.0.1:${socket.address().port}`
}

test('a relay is tried soon, however many addresses come before it and however long an outage was before', async (t) => {
  const [relaySeeds, serverSeeds] = [newSeeds('relay'), newSeeds('server')]
  const relay = await open(relaySeeds, { lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const carrying = new Relay(relay, identityOf(relaySeeds).signer)
  const direct = withAddresses(relaySeeds, relay.addresses())
  const server = await open(serverSeeds, { lookup: lookupOf(direct), relays: ['relay'] })
  const silent = await Promise.all(Array.from({ length: 7 }, silentAddress))
  const known = withAddresses(serverSeeds, [...silent, ...server.addresses()])

  const forwarder = await Forwarder.open(Number(new URL(relay.addresses()[0]!).port))
  t.after(() => forwarder.close())
  forwarder.isCut = true
  const forwarded = withAddresses(direct, [`udp://127.0.0.1:${forwarder.port}`])
  const caller = await open(newSeeds('caller'), { lookup: lookupOf(forwarded, known) })
  setTimeout(() => (forwarder.isCut = false), 2500)
  await caller.connect('relay')
  assert.ok(usualWait() < 250, `the outage counts: ${usualWait()} ms`)
  const began = performance.now()
  const connection = await caller.connect('server')
  const took = performance.now() - began
  assert.equal(connection.paths()[0]!.kind, 'relay')
  assert.ok(carrying.status().packets > 0)
  // Before even the first of the silent addresses is given up.
  assert.ok(took < 10_000, `connected after ${took} ms`)
})

test('the error names every way that was tried, and TCP where all were UDP and silent', async (t) => {
  const place = await silentAddress()
  const relay = withAddresses(newSeeds('relay'), [await silentAddress()])
  const circuit = `relay://relay/${'h'.repeat(22)}`
  const behind = withAddresses(newSeeds('behind'), [place, circuit])
  const alone = withAddresses(newSeeds('alone'), [place])
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const caller = await open(newSeeds('caller'), { lookup: lookupOf(relay, behind, alone) })
  const problemOf = async (name: string): Promise<string> => {
    const over = caller.connect(name).then(
      () => 'connected',
      (error: unknown) => (error as Error).message,
    )
    for (;;) {
      const problem = await Promise.race([over, new Promise<undefined>((resolve) => setImmediate(resolve, undefined))])
      if (problem !== undefined) return problem
      t.mock.timers.tick(50)
    }
  }
  assert.equal(
    await problemOf('alone'),
    `no address answers: ${place}: no answer within 10 s; all are UDP, and some networks drop UDP or its longer packets: an agent that listens on TCP, too, is reached there`,
  )
  assert.equal(
    await problemOf('behind'),
    `no address answers: ${place}: no answer within 10 s; ${circuit}: no answer within 10 s`,
  )
})
