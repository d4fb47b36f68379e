/** GRASP over a secure substrate (RFC 8990 §2.5.1, RFC 8994 §6.9.2), and the refusal to run without one. */
import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { describe, test } from 'node:test'
import { defaultLimits, encodeMessage, objectiveOf } from '@vagus/grasp'
import { type Grasp, openGrasp, type SubstrateListener } from '../src/index.ts'
import { eventually } from '../../../scripts/eventually.ts'
import { numberType } from './links.ts'
import { Pipes } from './pipes.ts'

const told = numberType('EX1', 'synchronization')
const bid = numberType('EX3', 'negotiation')

test('outside DULL nothing runs without a substrate (RFC 8990 §2.5.1)', async () => {
  await assert.rejects(openGrasp({ mode: 'domain' }), { name: 'GraspError', code: 'noSecurity' })
})

/** a – b – c: neighbours in a row. */
async function row(): Promise<{ pipes: Pipes; a: Grasp; b: Grasp; c: Grasp; close: () => Promise<void> }> {
  const pipes = new Pipes()
  const open = (name: string, neighbours: readonly string[]): Promise<Grasp> =>
    openGrasp({ mode: 'domain', substrate: pipes.add(name, neighbours) })
  const [a, b, c] = [await open('a', ['b']), await open('b', ['a', 'c']), await open('c', ['b'])]
  return { pipes, a, b, c, close: async () => void (await Promise.all([a, b, c].map((one) => one.close()))) }
}

describe('members of a substrate', () => {
  test('a flood goes to each neighbour once, over one stream each, and is relayed', async () => {
    const { pipes, a, b, c, close } = await row()
    const [teller, hearer] = [a.agent('teller'), c.agent('hearer')]
    teller.register(told)
    const floods = hearer.watch(told)
    for (const value of [1, 2, 3]) teller.flood(told, value, { ttlMs: 60_000 })
    for (const value of [1, 2, 3]) assert.equal((await floods.next()).value?.value, value)
    assert.equal(b.instance.counters.floodsRelayed, 3)
    assert.equal(c.instance.counters.floodsReceived, 3)
    assert.deepEqual(new Set(pipes.multicastStreams).size, pipes.multicastStreams.length)
    await close()
  })

  test('a responder is found behind a neighbour, and asked by its name', async () => {
    const { a, c, close } = await row()
    const seller = c.agent('seller')
    seller.register(bid)
    const requests = seller.negotiations(bid)
    const asker = a.agent('asker')
    const found = await asker.discoverFirst(bid)
    assert.deepEqual(found.locator, { type: 'fqdn', name: 'c', protocol: 6, port: 7017 })
    const negotiation = asker.negotiate(bid, 5)
    const asked = (await requests.next()).value!
    for await (const { value } of asked) {
      assert.equal(value, 5)
      asked.accept()
    }
    assert.deepEqual(await negotiation.outcome, { outcome: 'accepted', value: 5 })
    await close()
  })

  test('a neighbour that is gone is asked no more; another takes its place', async () => {
    const { pipes, a, b, c, close } = await row()
    await c.close()
    assert.equal(b.instance.interfaces.length, 1)
    const again = await openGrasp({ mode: 'domain', substrate: pipes.add('c', ['b']) })
    assert.equal(b.instance.interfaces.length, 2)
    const floods = again.agent('hearer').watch(told)
    const teller = a.agent('teller')
    teller.register(told)
    teller.flood(told, 9, { ttlMs: 60_000 })
    assert.equal((await floods.next()).value?.value, 9)
    await again.close()
    await close()
  })
})

test('a member that leaves and comes back may send no more multicasts than one that stays', async () => {
  const [self, member] = [1, 2].map((octet) => ({ name: `n${octet}`, address: new Uint8Array(16).fill(octet) }))
  let listener!: SubstrateListener
  const grasp = await openGrasp({
    mode: 'domain',
    substrate: {
      self: self!,
      join: (joined) => void (listener = joined),
      open: () => Promise.reject(new Error('nobody takes anything')),
      leave: () => Promise.resolve(),
    },
  })
  const objectives = [{ objective: objectiveOf(told, 1) }]
  const { multicastBurst, multicastsPerSecond } = defaultLimits
  const begun = performance.now()
  for (let visit = 0; visit < 4; visit++) {
    listener.onNeighbour(member!)
    const [near, far] = duplexPair()
    listener.onStream(far, member!, 'multicast')
    for (let count = 0; count < multicastBurst; count++) {
      const sessionId = visit * multicastBurst + count
      near.write(encodeMessage({ type: 'flood', sessionId, initiator: member!.address, ttl: 0, objectives }))
    }
    await eventually('all have come', () => {
      const { floodsReceived, rateLimited } = grasp.instance.counters
      return floodsReceived + rateLimited === (visit + 1) * multicastBurst
    })
  }
  const { floodsReceived } = grasp.instance.counters
  const earned = ((performance.now() - begun) / 1000) * multicastsPerSecond
  assert.ok(floodsReceived <= multicastBurst + earned + 1, `${floodsReceived} floods were taken`)
  await grasp.close()
})
