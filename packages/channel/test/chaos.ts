/** Random sessions over random links that are cut, mended, announced to be left and removed: what arrived, and whether it is right. */
import assert from 'node:assert/strict'
import { Radio, type TrafficClass, trafficClasses } from '../src/index.ts'
import { collect, feed } from './collect.ts'
import { type Link, type LinkOptions, octetsOf, randomOf, type Side, VirtualNetwork } from './virtual-network.ts'

export interface ChaosResult {
  readonly streams: number
  readonly octets: number
  readonly cuts: number
  readonly seconds: number
}

const kinds = ['datagram', 'datagram', 'message', 'stream'] as const

function randomLink(random: () => number): LinkOptions {
  const delay = 1 + 60 * random()
  return {
    kind: kinds[Math.floor(random() * kinds.length)]!,
    delay,
    jitter: random() < 0.5 ? delay * random() : 0,
    loss: random() < 0.5 ? 0.2 * random() : 0,
    duplicate: random() < 0.3 ? 0.2 * random() : 0,
    reorder: random() < 0.5 ? 0.3 * random() : 0,
    cost: Math.floor(2 * random()),
    ...(random() < 0.5 ? { rate: 50 + 5000 * random(), queue: 20_000 + 200_000 * random() } : {}),
  }
}

/** Sleeps much in a short life. */
const sleepy = { awakeFor: 20, wakeMs: 50, wakePeriod: 100, beat: 2000, holdAtMost: 3000 }

/** Some links of `a` go over a radio that sleeps, of two kinds; the other side may know it. */
function letSleep(network: VirtualNetwork, who: 'awake' | 'asleep'): void {
  if (who === 'awake') return
  const radios = [1, 2].map((joules) => new Radio({ plan: sleepy, of: 'here', joules }))
  for (const [index, { routes }] of network.links.entries())
    if (network.random() < 0.7) Object.assign(routes.a, { radio: radios[index % 2] })
  if (network.random() < 0.5) network.sessions.b.sleep.ofPeer(sleepy)
}

/** One random life of a session; throws when an octet is missing, twice or wrong. */
export function chaos(seed: number, radios: 'awake' | 'asleep' = 'awake'): ChaosResult {
  const padding = (['padme', 'none', 'classes'] as const)[seed % 3]!
  const network = new VirtualNetwork(seed, randomLink(randomOf(-seed)), { padding })
  const { random } = network
  const links: Link[] = [network.links[0]!]
  for (let more = Math.floor(3 * random()); more > 0; more--) links.push(network.link(randomLink(random)))
  letSleep(network, radios)
  network.run(200)
  for (const link of links.slice(1)) {
    const side: Side = random() < 0.8 ? 'a' : 'b'
    network.at(network.now + 1000 * random(), () => network.sessions[side].addPath(link.routes[side], network.now))
  }
  const got = { a: collect(network, 'a'), b: collect(network, 'b') }
  const sent: { side: Side; id: number; octets: Uint8Array }[] = []
  const feeds: (() => void)[] = []
  let octets = 0
  for (let count = 1 + Math.floor(8 * random()); count > 0; count--) {
    const side: Side = random() < 0.6 ? 'a' : 'b'
    const content = octetsOf(random, Math.floor(100_000 * random() ** 3))
    octets += content.length
    network.at(network.now + 2000 * random(), () => {
      const trafficClass: TrafficClass = trafficClasses[Math.floor(random() * trafficClasses.length)]!
      const id = network.sessions[side].openStream({ class: trafficClass })!
      sent.push({ side, id, octets: content })
      feeds.push(feed(network, side, id, content))
    })
  }
  let cuts = 0
  for (let count = Math.floor(6 * random()); count > 0; count--) {
    const link = links[Math.floor(random() * links.length)]!
    network.at(network.now + 3000 * random(), () => {
      cuts++
      disturb(network, link, links)
    })
  }
  const start = network.now
  const each = (): void => feeds.forEach((write) => write())
  const isDone = (): boolean =>
    network.now - start > 3_500 && sent.every(({ side, id }) => got[side === 'a' ? 'b' : 'a'].get(id)?.isAtEnd === true)
  for (let seconds = 0; seconds < 90 && !isDone(); seconds++) {
    network.run(1000, each)
    if (seconds === 5) links.forEach((link) => (link.isCut = false))
  }
  for (const { side, id, octets: expected } of sent) {
    const arrived = got[side === 'a' ? 'b' : 'a'].get(id)
    const closed = [...network.events.a, ...network.events.b].find(({ type }) => type === 'closed')
    const where = `seed ${seed}, stream ${id} of ${side}, ${arrived?.octets.length} of ${expected.length} octets, ${JSON.stringify(closed)}`
    assert.ok(arrived?.isAtEnd === true, `${where}: not at its end`)
    assert.ok(Buffer.compare(arrived.octets, expected) === 0, `${where}: other octets`)
  }
  return { streams: sent.length, octets, cuts, seconds: (network.now - start) / 1000 }
}

function disturb(network: VirtualNetwork, link: Link, links: readonly Link[]): void {
  const { random, sessions } = network
  const side: Side = random() < 0.5 ? 'a' : 'b'
  const what = random()
  if (what < 0.5) {
    link.isCut = true
    network.at(network.now + 3000 * random(), () => (link.isCut = false))
  } else if (what < 0.6) {
    sessions[side].updateKey(network.now)
  } else if (what < 0.8) {
    const from = sessions[side].paths().find(({ primary }) => primary)
    if (from !== undefined) sessions[side].intend({ from: from.path, duplicateFor: 300 * random() }, network.now)
  } else if (sessions[side].paths().filter(({ state }) => state === 'alive').length > 1) {
    // The connection broke on both ends; it is made again later.
    for (const each of ['a', 'b'] as const) sessions[each].removeRoute(link.routes[each], network.now)
    network.at(network.now + 500, () => sessions[side].addPath(link.routes[side], network.now))
  }
  if (links.every(({ isCut }) => isCut)) link.isCut = false
}
