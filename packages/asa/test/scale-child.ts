/** Many negotiations, and thirty nodes in namespaces, one scenario by name; runs in a namespace of its own. @module */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { encodeMessage, flagsOf, grasp as constants, valueOctets } from '@vagus/grasp'
import { eventually } from '../../../scripts/eventually.ts'
import type { Grasp } from '../src/index.ts'
import { noLookup } from '../src/link/port.ts'
import type { NodeCounters } from './node-child.ts'
import { makeLinks, nameOf, numberType, openNode } from './links.ts'
import { Nodes } from './nodes.ts'

const bid = numberType('EX3', 'negotiation')
const told = numberType('EX6', 'synchronization')
type Links = readonly (readonly [number, number])[]

const nodes = 30
const chain = Array.from({ length: nodes - 1 }, (_, index) => [index, index + 1] as const)
/** A chain closed to a ring; and a ring in which each node also reaches the seventh after it. */
const shapes: Readonly<Record<string, Links>> = {
  chain,
  ring: [...chain, [nodes - 1, 0]],
  mesh: [
    ...chain,
    [nodes - 1, 0],
    ...Array.from({ length: nodes }, (_, index) => [index, (index + 7) % nodes] as const),
  ],
}

async function acceptAll(grasp: Grasp): Promise<void> {
  const agent = grasp.agent('seller')
  agent.register(bid)
  for await (const negotiation of agent.negotiations(bid)) negotiation.accept()
}

async function negotiations(): Promise<void> {
  const links: Links = [[0, 1]]
  await makeLinks(links, 2)
  const [left, right] = [await openNode(0, links), await openNode(1, links)]
  void acceptAll(right)
  const asker = left.agent('asker')
  const { locator: to } = await asker.discoverFirst(bid)
  for (let count = 0; count < 10_000; count++) {
    assert.deepEqual(await asker.negotiate(bid, count, { to }).outcome, { outcome: 'accepted', value: count })
  }
  const all = Array.from({ length: 1000 }, (_, count) => asker.negotiate(bid, count, { to }).outcome)
  for (const [value, outcome] of (await Promise.all(all)).entries())
    assert.deepEqual(outcome, { outcome: 'accepted', value })
  assert.equal(right.instance.counters.connectionsRefused + left.instance.counters.clashes, 0)
}

/** Each node hears each flood once; each end of a link sends one copy at most, and what comes again is counted. */
async function floods(): Promise<void> {
  const all = await Nodes.start(nodes)
  const linked = new Set<string>()
  for (const [shape, links] of Object.entries(shapes)) {
    all.link(links.filter((link) => !linked.has(link.join())))
    for (const link of links) linked.add(link.join())
    await all.open(links)
    await floodThrough(all, links, shape)
  }
}

async function floodThrough(all: Nodes, links: Links, shape: string): Promise<void> {
  const rounds = 3
  for (let round = 1; round <= rounds; round++) {
    await all.flood(0, round)
    await eventually(`${shape}: flood ${round} is heard by all`, async () =>
      (await all.counters()).every(({ heard }, node) => node === 0 || heard >= round),
    )
  }
  await new Promise((resolve) => setTimeout(resolve, 200)) // copies that are still under way
  const counters = await all.counters()
  assert.deepEqual(
    counters.map(({ heard }) => heard),
    counters.map((_, node) => (node === 0 ? 0 : rounds)),
  )
  const sum = (name: keyof NodeCounters): number => counters.reduce((total, one) => total + one[name], 0)
  const degree = links.filter((link) => link.includes(0)).length
  // Every node but the first sends one copy on each interface but the one it heard it on: no direction has two.
  const copies = links.length * 2 - degree - (nodes - 1)
  assert.equal(sum('floodsReceived'), rounds * (nodes - 1))
  assert.equal(sum('floodsRelayed'), rounds * copies)
  assert.equal(sum('duplicates'), rounds * (copies + degree - (nodes - 1)))
  assert.equal(sum('rateLimited'), 0)
}

/** A neighbour sends ten thousand floods in a second: a few pass, another neighbour is heard all the same. */
async function flooder(): Promise<void> {
  const links: Links = [
    [0, 1],
    [0, 2],
    [0, 3],
  ]
  await makeLinks(links, 4)
  const [victim, good, behind] = await Promise.all([0, 2, 3].map((node) => openNode(node, links)))
  const hearer = victim!.agent('hearer')
  const bad = createSocket({ type: 'udp6', lookup: noLookup })
  const flood = (sessionId: number): Uint8Array =>
    encodeMessage({
      type: 'flood',
      sessionId,
      initiator: new Uint8Array(16).fill(7),
      ttl: 60_000,
      objectives: [
        {
          objective: { name: `EX${sessionId}`, flags: flagsOf('synchronization'), loopCount: 6, value: valueOctets(0) },
        },
      ],
    })
  const wave = 100
  const started = performance.now()
  for (let sent = 0; sent < 10_000; sent += wave) {
    for (let index = 0; index < wave; index++) {
      bad.send(flood(sent + index), constants.listenPort, `${constants.neighborsIpv6}%${nameOf(1, 0)}`)
    }
    const due = started + (sent + wave) / 10
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
  }
  const seconds = (performance.now() - started) / 1000
  const { counters } = victim!.instance
  // The kernel drops what this process, busy sending, does not read in time.
  await eventually('many arrived', () => counters.rateLimited + counters.floodsReceived > 1000)
  const most = 100 + 50 * (seconds + 2) // the burst, and what comes back each second
  assert.ok(counters.floodsReceived <= most, `${counters.floodsReceived} passed in ${seconds} s`)
  assert.ok(behind!.instance.counters.floodsReceived <= most)
  const watching = hearer.watch(told)
  const teller = good!.agent('teller')
  teller.register(told)
  teller.flood(told, 5, { ttlMs: 60_000 })
  assert.equal((await watching.next()).value?.value, 5)
}

const scenarios: Readonly<Record<string, () => Promise<void>>> = {
  negotiations,
  flooder,
  floods,
}
const [name = ''] = process.argv.slice(2)
await scenarios[name]!()
process.exit(0)
