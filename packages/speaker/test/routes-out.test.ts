import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatPrefix } from '@vagus/address'
import {
  type DecodedUpdate,
  decodeUpdate,
  endOfRib,
  ipv4Unicast,
  ipv6Unicast,
  linkState,
  type Negotiated,
  type PathAttributes,
  role,
} from '@vagus/bgp'
import { telemetryCapability, telemetryFeature } from '@vagus/bgp/telemetry'
import type { Facing } from '../src/routes/facing.ts'
import { outgoingOf } from '../src/routes/outgoing.ts'
import { RoutesOut } from '../src/routes/routes-out.ts'

const send = {
  peer: 'external',
  asOctets: 4,
  families: new Set([ipv4Unicast, ipv6Unicast]),
  pathIds: new Set<number>(),
} as const
const negotiated: Negotiated = {
  type: 'negotiated',
  peer: 'external',
  peerAs: 65001,
  peerIdentifier: 1,
  holdTime: 90,
  receive: send,
  send,
  maxLength: 4096,
  refresh: 'none',
  capabilities: [],
}

/** What one peer is told, in a session that has begun. */
class Told {
  readonly out = new RoutesOut()
  readonly #send: Negotiated['send']

  constructor(more: Partial<Facing> = {}) {
    this.#send = more.negotiated?.send ?? send
    this.out.begin({ negotiated, localAs: 64512, localAddress: '192.0.2.1', ...more })
  }

  announce(prefixes: readonly string[], attributes: PathAttributes = {}): void {
    this.out.announce(outgoingOf({ prefixes, attributes, nextHop6: new Uint8Array(16).fill(1) }))
  }

  withdraw(prefixes: readonly string[]): void {
    this.out.withdraw(outgoingOf({ prefixes }))
  }

  take() {
    const messages: Uint8Array[] = []
    for (let more = this.out.take('without ends'); more.length > 0; more = this.out.take('without ends')) {
      messages.push(...more)
    }
    assert.ok(messages.every(({ length }) => length <= negotiated.maxLength))
    return messages.map((one) => decodeUpdate(one, this.#send))
  }
}

const tooLarge: PathAttributes = { communities: Array.from({ length: 1020 }, (_, index) => index) }

const prefixesOf =
  (part: 'announced' | 'withdrawn') =>
  (update: DecodedUpdate): readonly string[] =>
    update[part].map(({ prefix }) => formatPrefix(prefix))

describe('what a peer is told', () => {
  test('prefixes with equal attributes go together, each once, with the last state (RFC 4271 §9.2)', () => {
    const told = new Told()
    const many = Array.from({ length: 2000 }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`)
    told.announce(many, { multiExitDisc: 1 })
    told.announce(many, { multiExitDisc: 2 })
    told.withdraw([many[0]!])
    const read = told.take()
    assert.ok(read.length <= 4, `${read.length} messages`)
    assert.equal(read.flatMap(({ announced }) => announced).length, 1999)
    assert.deepEqual(new Set(read.map(({ attributes }) => attributes.multiExitDisc)), new Set([2]))
    assert.deepEqual(read[0]?.attributes.asPath, [{ type: 2, as: [64512] }])
    assert.deepEqual(told.take(), [])
  })

  test('the end of what it was told, and of nothing else', () => {
    const told = new Told()
    told.announce(['10.0.0.0/8', '2001:db8::/32'])
    told.take()
    told.withdraw(['10.0.0.0/8', '2001:db8::/32', '11.0.0.0/8'])
    assert.equal(told.take().flatMap(({ withdrawn }) => withdrawn).length, 2)
  })

  test('all of it again where the peer asks for it, with the NLRI of IPv6 inside the attributes', () => {
    const told = new Told()
    told.announce(Array.from({ length: 40 }, (_, n) => `2001:db8:${n.toString(16)}::/48`))
    for (const again of ['first', 'repeated'] as const) {
      if (again === 'repeated') told.out.repeat(ipv6Unicast, undefined)
      const read = told.take()
      assert.equal(read.flatMap(({ announced }) => announced).length, 40)
      assert.ok(read.every(({ treatment }) => treatment === 'accept'))
    }
  })

  test('that routes are only for its customers, where it is not above us (RFC 9234 §5)', () => {
    const marksOf = (more: Partial<Facing>): unknown => {
      const told = new Told(more)
      told.announce(['10.0.0.0/8'])
      told.announce(['2001:db8::/32'], { multiExitDisc: 1 })
      told.announce(['11.0.0.0/8'], { onlyToCustomer: 65009 })
      return told.take().map(({ attributes }) => attributes.onlyToCustomer)
    }
    const none = [undefined, undefined, 65009]
    for (const above of [role.provider, role.routeServer, role.peer]) {
      assert.deepEqual(marksOf({ role: above }), [64512, 64512, 65009])
    }
    for (const below of [role.customer, role.routeServerClient]) assert.deepEqual(marksOf({ role: below }), none)
    assert.deepEqual(marksOf({}), none)
    assert.deepEqual(marksOf({ role: role.provider, negotiated: { ...negotiated, peer: 'internal' } }), none)
  })

  test('a repetition in its frame, but not before End-of-RIB, which is never left out (RFC 7313 §4)', () => {
    const told = new Told()
    const marks = { begin: new Uint8Array([1]), end: new Uint8Array([2]) }
    told.announce(['10.0.0.0/8'])
    told.take()
    assert.deepEqual(told.out.repeat(ipv4Unicast, marks), [])
    assert.equal(told.take().length, 1)
    assert.deepEqual(told.out.take('with ends'), [endOfRib({ afi: 1, safi: 1 }), endOfRib({ afi: 2, safi: 1 })])
    assert.deepEqual(told.out.repeat(ipv4Unicast, marks), [marks.begin])
    assert.equal(told.take().length, 1)
    assert.deepEqual(told.out.take('with ends'), [marks.end])
    assert.deepEqual(told.out.repeat(ipv4Unicast, undefined), [])
  })

  test('the end of a route, also when the peer asks for all of it again before it is told', () => {
    const repeat = (told: Told): void => void told.out.repeat(ipv4Unicast, undefined)
    const withdraw = (told: Told): void => told.withdraw(['10.0.0.0/8'])
    for (const order of [
      [repeat, withdraw],
      [withdraw, repeat],
    ]) {
      const told = new Told()
      told.announce(['10.0.0.0/8', '11.0.0.0/8'])
      told.take()
      for (const act of order) act(told)
      const read = told.take()
      assert.deepEqual(read.flatMap(prefixesOf('withdrawn')), ['10.0.0.0/8'])
      assert.deepEqual(read.flatMap(prefixesOf('announced')), ['11.0.0.0/8'])
      assert.deepEqual(told.out.counts(), { 'ipv4-unicast': 1 })
    }
  })

  test('nothing of routes whose attributes fit no message: they are counted for as long as that is so', () => {
    const told = new Told()
    const states = [tooLarge, tooLarge, {}, tooLarge].map((attributes) => {
      told.announce(['10.0.0.0/8'], attributes)
      return [told.take().length, told.out.unsendable, told.out.counts()['ipv4-unicast'] ?? 0]
    })
    assert.deepEqual(states, [
      [0, 1, 0],
      [0, 1, 0],
      [1, 0, 1],
      [1, 1, 0],
    ])
    told.withdraw(['10.0.0.0/8'])
    assert.deepEqual([told.take(), told.out.unsendable], [[], 0])
  })

  test('the end of a route whose next state fits no message, once', () => {
    const told = new Told()
    told.announce(['10.0.0.0/8', '2001:db8::/32'])
    told.take()
    told.announce(['10.0.0.0/8', '2001:db8::/32'], tooLarge)
    assert.deepEqual(told.take().flatMap(prefixesOf('withdrawn')).toSorted(), ['10.0.0.0/8', '2001:db8::/32'])
    told.withdraw(['10.0.0.0/8', '2001:db8::/32'])
    assert.deepEqual(told.take(), [])
  })
})

test('telemetry goes to whom takes it in, as the standards have it to others, and views not at all (draft §3.1)', () => {
  const send = { ...negotiated.send, peer: 'internal', families: new Set([linkState]) } as const
  const heard = (...capabilities: Negotiated['capabilities']) => {
    const told = new Told({ negotiated: { ...negotiated, peer: 'internal', send, receive: send, capabilities } })
    const routes = (part: 'links' | 'views', at: number) => ({
      family: 'link-state' as const,
      nlri: [new Uint8Array([0, 1, 0, 1, at])],
      attributes: { linkState: new Uint8Array([0xfd, 0xe9, 0, 1, at]) },
      telemetry: { part, ...(part === 'links' ? { otherwise: { linkState: new Uint8Array([4, 74, 0, 1, at]) } } : {}) },
    })
    const all = [routes('links', 1), routes('views', 2)].flatMap((one) => outgoingOf(one))
    told.out.announce(all)
    const attributes = told.take().map((one) => [...(one.attributes.linkState ?? [])].join(' '))
    told.out.withdraw(all)
    const withdrawn = told.take().map((one) => one.attributes.mpUnreach?.nlri.at(-1))
    return { attributes, withdrawn, unsendable: told.out.unsendable }
  }
  const [link, view, plain] = ['253 233 0 1 1', '253 233 0 1 2', '4 74 0 1 1']
  assert.deepEqual(heard(), { attributes: [plain], withdrawn: [1], unsendable: 0 })
  assert.deepEqual(heard(telemetryCapability(telemetryFeature.links)).attributes, [link])
  const both = telemetryCapability(telemetryFeature.links | telemetryFeature.views)
  assert.deepEqual(heard(both).attributes, [link, view])
})
