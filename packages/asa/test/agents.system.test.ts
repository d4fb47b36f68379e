/** GRASP over the sessions of real agents on loopback (RFC 8990 §2.5.1): a – b – c, where a and c are no neighbours. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Agent, type Connection, type Lookup, openAgent } from '@vagus/agent'
import { encodeMessage, objectiveOf } from '@vagus/grasp'
import { eventually } from '../../../scripts/eventually.ts'
import { identityOf, lookupOf, newSeeds, type Seeds, withAddresses } from '../../agent/test/identities.ts'
import { agentSubstrate, type Grasp, openGrasp, type ServiceAgent } from '../src/index.ts'
import { numberType } from './links.ts'

const told = numberType('EX1', 'synchronization')
const bid = numberType('EX3', 'negotiation')
const ttlMs = 60_000

/** Agents that find each other by what is published, and those of them that form a domain. */
class Domain {
  readonly #published: Seeds[] = []
  readonly #agents: Agent[] = []
  readonly #members = new Set<string>()

  async agent(name: string, belongs: 'member' | 'stranger' = 'member'): Promise<Agent> {
    const seeds = newSeeds(name)
    const lookup: Lookup = { find: (wanted, options) => lookupOf(...this.#published).find(wanted, options) }
    const agent = await openAgent({ identity: identityOf(seeds), lookup, listen: ['udp://127.0.0.1:0'] })
    this.#published.push(withAddresses(seeds, agent.addresses()))
    this.#agents.push(agent)
    if (belongs === 'member') this.#members.add(agent.id)
    return agent
  }

  grasp(agent: Agent): Promise<Grasp> {
    const admits = (id: string): boolean => !this.#members.has(agent.id) || this.#members.has(id) // strangers take anybody
    const substrate = agentSubstrate(agent, { admits: ({ identity }) => admits(identity.id) })
    return openGrasp({ mode: 'domain', substrate })
  }

  async close(): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent.close()))
  }
}

/** Accepts what is at least `least`, asks for that otherwise. */
async function haggle(seller: ServiceAgent, least: number): Promise<void> {
  for await (const asked of seller.negotiations(bid)) {
    for await (const { value } of asked) {
      if (value < least) asked.offer(least)
      else asked.accept()
    }
  }
}

/** Says that it takes part, and floods, whether it is wanted or not. */
function floodUnasked(connection: Connection, value: number): void {
  connection.openStream({ protocol: 'grasp/presence' })
  const objectives = [{ objective: objectiveOf(told, value) }]
  const initiator = new Uint8Array(16).fill(7)
  const octets = encodeMessage({ type: 'flood', sessionId: value, initiator, ttl: ttlMs, objectives })
  connection.openStream({ protocol: 'grasp/multicast' }).write(octets)
}

const neighboursOf = ({ instance }: Grasp): number => instance.interfaces.length

test('three agents in a row discover through the relay, flood, synchronise and negotiate', async () => {
  const domain = new Domain()
  try {
    const [a, b, c] = [await domain.agent('a'), await domain.agent('b'), await domain.agent('c')]
    await a.connect('b') // before GRASP and after it: both are found
    const [left, middle, right] = [await domain.grasp(a), await domain.grasp(b), await domain.grasp(c)]
    await c.connect('b')
    await eventually('b has two neighbours', () => neighboursOf(middle) === 2)
    await eventually('a and c have one', () => neighboursOf(left) === 1 && neighboursOf(right) === 1)

    const [asker, seller] = [left.agent('asker'), right.agent('seller')]
    for (const objective of [told, bid]) seller.register(objective)
    seller.publish(told, 42)
    const floods = asker.watch(told)
    seller.flood(told, 7, { ttlMs })
    assert.equal((await floods.next()).value?.value, 7)
    assert.equal(middle.instance.counters.floodsRelayed, 1)
    assert.equal(left.instance.counters.floodsReceived, 1)
    asker.expire(told, { locator: undefined })

    const found = await asker.discoverFirst(bid)
    assert.equal(found.from, 'divert')
    assert.deepEqual(found.locator, { type: 'fqdn', name: c.id, protocol: 6, port: 7017 })
    assert.equal(a.connected().length, 1, 'to discover connects to nobody')

    assert.equal(await asker.synchronize(told), 42)
    void haggle(seller, 10)
    const negotiation = asker.negotiate(bid, 5)
    for await (const { value } of negotiation) {
      assert.equal(value, 10)
      negotiation.accept()
    }
    assert.deepEqual(await negotiation.outcome, { outcome: 'accepted', value: 10 })

    // The session made neighbours of a and c: what goes by two ways is still told once.
    await eventually('a and c are neighbours', () => neighboursOf(left) === 2 && neighboursOf(right) === 2)
    seller.flood(told, 8, { ttlMs })
    assert.equal((await floods.next()).value?.value, 8)
    await eventually('a has both copies', () => left.instance.counters.duplicates > 0)
    assert.equal(left.instance.counters.floodsReceived, 2)
    await Promise.all([left, middle, right].map((grasp) => grasp.close()))
  } finally {
    await domain.close()
  }
})

test('a stranger that proved who it is gets and gives nothing', async () => {
  const domain = new Domain()
  try {
    const [a, b, d] = [await domain.agent('a'), await domain.agent('b'), await domain.agent('d', 'stranger')]
    const [left, middle, outside] = [await domain.grasp(a), await domain.grasp(b), await domain.grasp(d)]
    await d.connect('b')
    await a.connect('b')
    await eventually('a and b are neighbours', () => neighboursOf(left) === 1 && neighboursOf(middle) === 1)
    const seller = middle.agent('seller')
    for (const objective of [told, bid]) seller.register(objective)
    void haggle(seller, 10)
    const intruder = outside.agent('intruder')
    const heard = seller.watch(told)
    floodUnasked(await d.connect('b'), 666)
    const to = { type: 'fqdn', name: b.id, protocol: 6, port: 7017 } as const
    await assert.rejects(intruder.discoverFirst(bid, { timeoutMs: 200 }), { name: 'GraspError' })
    await assert.rejects(intruder.negotiate(bid, 20, { to, timeoutMs: 2000 }).outcome, { name: 'GraspError' })
    const teller = left.agent('teller')
    teller.register(told)
    teller.flood(told, 1, { ttlMs })
    assert.equal((await heard.next()).value?.value, 1, 'only what the member tells is heard')
    assert.equal(neighboursOf(outside), 0)
    assert.equal(neighboursOf(middle), 1)
    await Promise.all([left, middle, outside].map((grasp) => grasp.close()))
  } finally {
    await domain.close()
  }
})

test('connections that cross, end and come again, and GRASP that is stopped and started on one', async () => {
  const domain = new Domain()
  try {
    const [a, b] = [await domain.agent('a'), await domain.agent('b')]
    const left = await domain.grasp(a)
    let right = await domain.grasp(b)
    const teller = left.agent('teller')
    teller.register(told)
    const passes = async (value: number): Promise<void> => {
      await eventually('both are neighbours', () => neighboursOf(left) === 1 && neighboursOf(right) === 1)
      const floods = right.agent(`hearer ${value}`).watch(told)
      teller.flood(told, value, { ttlMs })
      assert.equal((await floods.next()).value?.value, value)
    }
    await Promise.all([a.connect('b'), b.connect('a')])
    await passes(1)
    await a.connected()[0]!.close()
    await eventually('both are alone', () => neighboursOf(left) === 0 && neighboursOf(right) === 0)
    await b.connect('a')
    await passes(2)
    await right.close()
    await eventually('a knows that GRASP is gone', () => neighboursOf(left) === 0)
    assert.equal(a.connected().length, 1, 'the connection stays')
    right = await domain.grasp(b)
    await passes(3)
    await Promise.all([left, right].map((grasp) => grasp.close()))
  } finally {
    await domain.close()
  }
})
