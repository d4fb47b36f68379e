/** What happens on real links, one scenario by name; runs in a namespace of its own. @module */
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { eventually } from '../../../scripts/eventually.ts'
import { type Grasp, type Neighbour, Neighbourhood } from '../src/index.ts'
import { ip, makeLinks, nameOf, numberType, openNode } from './links.ts'

const bid = numberType('EX3', 'negotiation', 'possible')
const told = numberType('EX1', 'synchronization')

/** Accepts what is at least `least`, asks for `least` of what is not. */
async function serveBids(grasp: Grasp, least: number): Promise<void> {
  const agent = grasp.agent('seller')
  agent.register(bid)
  for await (const negotiation of agent.negotiations(bid)) {
    void (async () => {
      for await (const { value } of negotiation) {
        if (value >= least) negotiation.accept()
        else {
          negotiation.wait(10_000)
          negotiation.offer(least)
        }
      }
    })()
  }
}

const chain = (nodes: number): readonly (readonly [number, number])[] =>
  Array.from({ length: nodes - 1 }, (_, index) => [index, index + 1] as const)

const scenarios: Readonly<Record<string, () => Promise<void>>> = {
  async session() {
    const links = chain(2)
    await makeLinks(links, 2)
    const [left, right] = [await openNode(0, links), await openNode(1, links)]
    void serveBids(right, 10)
    const asker = left.agent('asker')
    const started = performance.now()
    const found = await asker.discoverFirst(bid)
    assert.ok(performance.now() - started < 300, 'the discovery waited for its timeout')
    assert.equal(found.from, 'responder')
    const negotiation = asker.negotiate(bid, 5)
    for await (const { value } of negotiation) {
      assert.equal(value, 10)
      negotiation.accept()
      assert.throws(() => negotiation.offer(7), { code: 'noSession' })
    }
    assert.deepEqual(await negotiation.outcome, { outcome: 'accepted', value: 10 })
    const dry = await asker.negotiate(bid, 12, { run: 'dry' }).outcome
    assert.deepEqual(dry, { outcome: 'accepted', value: 12 })

    const teller = right.agent('teller')
    teller.register(told)
    teller.publish(told, 42)
    assert.equal(await asker.synchronize(told), 42)
    const floods = asker.watch(told)
    teller.flood(told, 43, { ttlMs: 60_000 })
    assert.equal((await floods.next()).value?.value, 43)
    assert.equal(await asker.synchronize(told), 43)
    asker.expire(told, { locator: undefined })
    assert.equal(await asker.synchronize(told), 42)
    await left.close()
    await right.close()
  },

  async relay() {
    const links = chain(3)
    await makeLinks(links, 3)
    const nodes = await Promise.all([0, 1, 2].map((node) => openNode(node, links)))
    void serveBids(nodes[2]!, 10)
    const asker = nodes[0]!.agent('asker')
    const found = await asker.discoverFirst(bid)
    assert.equal(found.from, 'divert')
    assert.deepEqual(await asker.negotiate(bid, 11).outcome, { outcome: 'accepted', value: 11 })
    for (const node of nodes) await node.close()
  },

  async rapid() {
    const links = chain(2)
    await makeLinks(links, 2)
    const [left, right] = [await openNode(0, links, { rapid: 'on' }), await openNode(1, links, { rapid: 'on' })]
    void serveBids(right, 10)
    const outcome = await left.agent('asker').negotiate(bid, 20).outcome
    assert.deepEqual(outcome, { outcome: 'accepted', value: 20 })
    await left.close()
    await right.close()
  },

  async aborting() {
    const links = chain(2)
    await makeLinks(links, 2)
    const [left, right] = [await openNode(0, links), await openNode(1, links)]
    const asker = left.agent('asker')
    const seller = right.agent('seller')
    seller.register(bid)
    const leaving = new AbortController()
    const requests = seller.negotiations(bid)
    const negotiation = asker.negotiate(bid, 1, { signal: leaving.signal })
    const asked = (await requests.next()).value!
    leaving.abort(new Error('never mind'))
    await assert.rejects(negotiation.outcome, /never mind/)
    assert.deepEqual(await asked.outcome, { outcome: 'declined', reason: undefined })
    await requests.return?.()
    await assert.rejects(asker.negotiate(bid, 1).outcome, { code: 'noPeer' })
    await assert.rejects(asker.synchronize(told, { signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' })
    await assert.rejects(asker.discoverFirst(told, { timeoutMs: 50 }), { code: 'noDiscReply' })
    await left.close()
    await right.close()
  },

  async neighbourhood() {
    await makeLinks(chain(2), 2)
    const open = (agent: string, interfaces: readonly string[]): Neighbourhood =>
      new Neighbourhood({ self: { agent, skills: [], protocols: ['grasp'] }, interfaces })
    const heardBy = ({ neighbours }: Neighbourhood): string =>
      [...new Set(neighbours.map(({ cap }) => cap.agent))].sort().join()
    const left = open('left', [nameOf(0, 1)])
    await eventually('the first is there', () => left.interfaces.length === 1)
    const right = open('right', [nameOf(1, 0)])
    const started = performance.now()
    await eventually('both hear each other', () => heardBy(left) === 'right' && heardBy(right) === 'left')
    assert.ok(performance.now() - started < 5000, 'the newcomer had to wait for the next flood')
    const both = open('both', ['*'])
    await eventually('one on both ends hears the others', () => heardBy(both) === 'left,right')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    assert.equal(heardBy(both), 'left,right', 'it heard itself')
    await Promise.all([left, right, both].map((one) => one.stop()))
  },

  async 'clock that is set'() {
    await makeLinks(chain(2), 2)
    const clock = Date.now
    const setClock = (ahead: number): void => void (Date.now = () => clock() + ahead)
    const open = (agent: string, name: string): Neighbourhood =>
      new Neighbourhood({ self: { agent, skills: [], protocols: [] }, interfaces: [name] })
    const left = open('left', nameOf(0, 1))
    await eventually('the first is there', () => left.interfaces.length === 1)
    let right = open('right', nameOf(1, 0))
    const heard = (): Neighbour => {
      assert.deepEqual(
        left.neighbours.map(({ cap }) => cap.agent),
        ['right'],
      )
      return left.neighbours[0]!
    }
    await eventually('they hear each other', () => left.neighbours.length + right.neighbours.length === 2)
    for (const ahead of [3_600_000, -3_600_000]) {
      setClock(ahead)
      await new Promise((resolve) => setTimeout(resolve, 1500)) // a look at who is gone
      const { lastAt, expiresAt } = heard()
      assert.ok(Math.abs(lastAt - Date.now()) < 60_000, 'heard at another time than the clock says')
      assert.ok(expiresAt > Date.now() && expiresAt <= Date.now() + 210_000)
    }
    const { locator } = heard()
    await right.stop()
    right = open('right', nameOf(1, 0))
    await eventually('one that starts again is greeted after the clock was set back', () => right.neighbours.length > 0)
    await eventually(
      'its new port counts, though its epoch is lower',
      () => !isDeepStrictEqual(heard().locator, locator),
    )
    await Promise.all([left, right].map((one) => one.stop()))
  },

  async 'coming and going'() {
    const links = chain(2)
    await makeLinks(links, 2)
    const [left, right] = [await openNode(0, links), await openNode(1, links)]
    const asker = left.agent('asker')
    const teller = right.agent('teller')
    teller.register(told)
    const flood = async (value: number): Promise<void> => {
      const floods = asker.watch(told)
      teller.flood(told, value, { ttlMs: 60_000 })
      const late = setTimeout(() => void floods.return?.(), 3000)
      assert.equal((await floods.next()).value?.value, value)
      clearTimeout(late)
      await floods.return?.()
    }
    await flood(1)
    ip(`link set ${nameOf(0, 1)} down`)
    await eventually('an interface that is down is given up', () => left.instance.interfaces.length === 0)
    ip(`link set ${nameOf(0, 1)} up`)
    await eventually('it is taken up again', () => left.instance.interfaces.length === 1)
    await eventually('the other end too', () => right.instance.interfaces.length === 1)
    await flood(2)
    ip(`link del ${nameOf(0, 1)}`)
    await eventually('a link that is gone is given up', () => left.instance.interfaces.length === 0)
    teller.flood(told, 3, { ttlMs: 60_000 }) // into nothing
    ip(`link add ${nameOf(0, 1)} type veth peer name ${nameOf(1, 0)}`)
    ip(`link set ${nameOf(0, 1)} up`)
    ip(`link set ${nameOf(1, 0)} up`)
    const isBack = (): boolean => left.instance.interfaces.length === 1 && right.instance.interfaces.length === 1
    await eventually('another link of that name is taken up', isBack)
    await flood(4)
    await left.close()
    await right.close()
  },
}

const [name = ''] = process.argv.slice(2)
await scenarios[name]!()
process.exit(0)
