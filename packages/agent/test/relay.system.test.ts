/** Agents that reach each other through relays alone: what the relay knows, and what happens when it goes. */
import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../../scripts/eventually.ts'
import {
  type Agent,
  type AgentOptions,
  type Lookup,
  openAgent,
  Relay,
  relayLimits,
  type RelayLimits,
} from '../src/index.ts'
import { linesOf, relayProtocol, tell } from '../src/relay/relay-message.ts'
import { identityOf, lookupOf, newSeeds, type Seeds, withAddresses } from './identities.ts'

const agents: Agent[] = []
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.close()))
})

const nobody: Lookup = { find: () => Promise.resolve([]) }

async function openRelay(
  name: string,
  { limits, ...options }: Partial<AgentOptions> & { readonly limits?: RelayLimits } = {},
): Promise<{ agent: Agent; relay: Relay; seeds: Seeds }> {
  const seeds = newSeeds(name)
  const identity = identityOf(seeds)
  const agent = await openAgent({ identity, lookup: nobody, listen: ['udp://127.0.0.1:0'], ...options })
  agents.push(agent)
  return { agent, relay: new Relay(agent, identity.signer, limits), seeds: withAddresses(seeds, agent.addresses()) }
}

/** A relay at a UDP and a TCP socket, and how it looks to those that know one of the two. */
async function openRelayAtBoth() {
  const { agent, relay, seeds } = await openRelay('relay', { listen: ['udp://127.0.0.1:0', 'tcp://127.0.0.1:0'] })
  const [udp, tcp] = agent.addresses().map((address) => withAddresses(seeds, [address]))
  agent.addresses = () => [] // else its greeting would name both
  return { relay, at: { udp: udp!, tcp: tcp! } }
}

/** An agent that listens nowhere and is reached through relays only. */
async function openServer(relays: readonly Seeds[]): Promise<{ agent: Agent; seeds: Seeds }> {
  const seeds = newSeeds('server')
  const names = relays.map(({ name }) => name)
  const agent = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(...relays), relays: names })
  agents.push(agent)
  return { agent, seeds: withAddresses(seeds, agent.addresses()) }
}

async function openCaller(...known: readonly Seeds[]): Promise<Agent> {
  const agent = await openAgent({ identity: identityOf(newSeeds('caller')), lookup: lookupOf(...known) })
  agents.push(agent)
  return agent
}

/** Talks to a relay itself, as an agent of that name. */
async function atRelay(name: string, relay: Seeds) {
  const agent = await openAgent({ identity: identityOf(newSeeds(name)), lookup: lookupOf(relay) })
  agents.push(agent)
  const connection = await agent.connect('relay')
  const stream = connection.openStream({ protocol: relayProtocol, class: 'control' })
  const lines = linesOf(stream)
  const said = async (): Promise<Readonly<Record<string, unknown>>> => {
    for (;;) {
      const { value } = (await lines.next()) as { readonly value: Readonly<Record<string, unknown>> }
      if (!('incoming' in value || 'closed' in value)) return value
    }
  }
  tell(stream, { do: 'register' })
  const handle = (await said())['registered'] as string
  const open = async (wanted: string): Promise<unknown> => {
    tell(stream, { do: 'open', handle: wanted, ask: 1 })
    const answer = await said()
    return 'opened' in answer ? 'opened' : answer['refused']
  }
  const send = (octets: Uint8Array): boolean => connection.sendDatagram(octets, { protocol: relayProtocol })
  return { handle, open, send, close: (circuit: number) => tell(stream, { do: 'close', circuit }) }
}

function serveCount(agent: Agent, count: number, pace: number): void {
  agent.serve('count', {
    async handle(exchange) {
      for (let number = 1; number <= count; number++) {
        await exchange.send(Uint8Array.of(number >>> 8, number))
        if (pace > 0) await sleep(pace)
      }
    },
  })
}

async function count(agent: Agent): Promise<readonly number[]> {
  const exchange = await agent.call('server', { protocol: 'count', head: new Uint8Array(0) })
  const numbers: number[] = []
  for await (const { octets } of exchange.messages()) numbers.push((octets[0]! << 8) | octets[1]!)
  return numbers
}

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1)

describe('a relay', () => {
  test('carries a session between agents that cannot reach each other', async () => {
    const { relay, seeds } = await openRelay('relay')
    const server = await openServer([seeds])
    assert.match(server.agent.addresses().join(), /^relay:\/\/did:key:[^/]+\/[\w-]{22}$/)
    const caller = await openCaller(seeds, server.seeds)
    serveCount(server.agent, 200, 0)
    assert.deepEqual(await count(caller), upTo(200))
    const [path] = (await caller.connect('server')).paths()
    assert.equal(path?.kind, 'relay')
    assert.equal(relay.status().agents, 2)
    assert.ok(relay.status().packets > 0)
  })

  for (const [ofCaller, ofServer] of [
    ['tcp', 'udp'],
    ['udp', 'tcp'],
  ] as const) {
    test(`carries all that a caller at its ${ofCaller} socket and a server at its ${ofServer} socket say`, async () => {
      const { relay, at } = await openRelayAtBoth()
      const server = await openServer([at[ofServer]])
      const caller = await openCaller(at[ofCaller], server.seeds)
      server.agent.serve('echo', {
        async handle(exchange) {
          for await (const { octets } of exchange.messages()) await exchange.send(octets)
        },
      })
      await caller.connect('server')
      const exchange = await caller.call('server', { protocol: 'echo', head: new Uint8Array(0) })
      const answers = exchange.messages()
      for (const length of [1, 2 ** 20]) {
        const sent = Buffer.alloc(length, 7)
        await exchange.send(sent)
        const { value } = await answers.next()
        assert.deepEqual(value?.octets, sent)
      }
      await exchange.end()
      assert.equal(relay.status().dropped, 0)
      const kinds = [caller, server.agent].map((side) =>
        side.connected().flatMap((connection) => connection.paths().map(({ kind }) => kind)),
      )
      assert.deepEqual(kinds, [
        [ofCaller, 'relay'],
        [ofServer, 'relay'],
      ])
    })
  }

  test('counts what the session with the other end does not take as dropped', async () => {
    const { relay, at } = await openRelayAtBoth()
    const [one, two] = [await atRelay('one', at.tcp), await atRelay('two', at.udp)]
    assert.equal(await one.open(two.handle), 'opened')
    const circuit = Uint8Array.of(0, 0, 0, 1, 0, 1)
    for (const length of [2000, 1000]) assert.ok(one.send(Buffer.concat([circuit, new Uint8Array(length)])))
    await eventually('one is relayed', () => relay.status().packets > 0)
    assert.deepEqual([relay.status().packets, relay.status().dropped], [1, 1])
  })

  test('carries the goodbye of an agent that is closed', async () => {
    const { seeds } = await openRelay('relay')
    const server = await openServer([seeds])
    const caller = await openCaller(seeds, server.seeds)
    await caller.connect('server')
    const ofCaller = server.agent.connected().find(({ peer }) => peer.identity.id === caller.id)
    assert.ok(ofCaller !== undefined)
    await caller.close()
    assert.equal(
      await Promise.race([ofCaller.closed, sleep(30_000, 'nothing', { ref: false })]),
      'the agent was closed',
    )
  })

  test('that ends in the middle loses nothing where there is another one', async () => {
    const [first, second] = [await openRelay('first'), await openRelay('second')]
    const server = await openServer([first.seeds, second.seeds])
    const caller = await openCaller(first.seeds, second.seeds, server.seeds)
    serveCount(server.agent, 300, 3)
    const counting = count(caller)
    await sleep(500)
    await first.agent.close()
    assert.deepEqual(await counting, upTo(300))
    const paths = (await caller.connect('server')).paths()
    assert.ok(
      paths.some(({ kind, state }) => kind === 'relay' && state === 'alive'),
      JSON.stringify(paths),
    )
  })

  test('that is reached through another one, whose relay it is itself, loses no packet to the wrong one of the two', async () => {
    const known: Seeds[] = []
    const lookup: Lookup = { find: (...asked) => lookupOf(...known).find(...asked) }
    const first = await openRelay('first', { lookup })
    known.push(first.seeds)
    const second = await openRelay('second', { lookup, relays: ['first'] })
    known.push(second.seeds)
    const server = await openServer([second.seeds])
    known.push(server.seeds)
    serveCount(server.agent, 200, 0)
    assert.deepEqual(await count(first.agent), upTo(200))
    assert.deepEqual([first.relay.status().dropped, second.relay.status().dropped], [0, 0])
  })

  test('refuses circuits and drops octets beyond the quota of an identity', async () => {
    const limits = { ...relayLimits, opensPerMinute: 3, burst: 20_000, rate: 20_000 }
    const { relay, seeds } = await openRelay('relay', { limits })
    const server = await openServer([seeds])
    const caller = await openCaller(seeds, server.seeds)
    server.agent.serve('sink', {
      async handle(exchange) {
        for await (const message of exchange.messages()) void message
      },
    })
    const exchange = await caller.call('server', { protocol: 'sink', head: new Uint8Array(0) })
    await exchange.send(new Uint8Array(100_000))
    await eventually('it drops packets', () => relay.status().dropped > 0)
    await sleep(1000)
    assert.ok(relay.status().octets < 60_000, JSON.stringify(relay.status()))
    exchange.cancel('enough')
  })

  test('refuses more circuits of a pair, and counts those of others apart from its own', async () => {
    const { seeds } = await openRelay('relay', { limits: { ...relayLimits, circuits: 2, incoming: 2, pair: 2 } })
    const [one, two, three] = [await atRelay('one', seeds), await atRelay('two', seeds), await atRelay('three', seeds)]
    assert.equal(await two.open(one.handle), 'opened')
    assert.equal(await three.open(one.handle), 'opened')
    assert.equal(await three.open(one.handle), 'more than 2 circuits opened by others to that agent')
    assert.equal(await one.open(two.handle), 'opened', 'what others opened is not counted as its own')
    assert.equal(await one.open(two.handle), 'more than 2 circuits between you and that agent')
    assert.equal(await one.open(three.handle), 'opened')
    assert.equal(await one.open(three.handle), 'more than 2 circuits of your own')
    two.close(1)
    assert.equal(await three.open(one.handle), 'more than 2 circuits between you and that agent')
    assert.equal(await two.open(one.handle), 'opened')
  })

  test('knows nobody by a handle that it did not give out', async () => {
    const { seeds } = await openRelay('relay')
    const [address] = (await openServer([seeds])).agent.addresses()
    const stranger = withAddresses(newSeeds('server'), [address!.replace(/[^/]+$/, 'A'.repeat(22))])
    const caller = await openCaller(seeds, stranger)
    await assert.rejects(caller.connect('server'), { code: 'unreachable', message: /no agent has that handle here/ })
  })
})
