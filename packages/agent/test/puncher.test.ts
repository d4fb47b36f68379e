import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AgentId } from '@vagus/identity'
import { decodeOffer, encodeOffer, natNotice, type Offer, ProbeBudget } from '@vagus/nat'
import { type HostRoute, type OpenUdp, randomOctets, type RouteReceiver } from '@vagus/transport'
import { clock } from '../src/link/clock.ts'
import type { Link } from '../src/link/link.ts'
import { Attempt, type AttemptOptions } from '../src/nat/attempt.ts'
import { OfferPace } from '../src/nat/offer-pace.ts'
import { Puncher, type PuncherHost } from '../src/nat/puncher.ts'

const receiver: RouteReceiver = { packet: () => undefined, drained: () => undefined, closed: () => undefined }
const idOf = (name: string): AgentId => `did:key:${name}`

const offerOf = (more: Partial<Offer> = {}): Offer => ({
  attempt: 1,
  step: 'offer',
  id: randomOctets(8),
  key: randomOctets(16),
  mapping: 'unknown',
  addresses: [],
  ...more,
})

/** A link through a relay that keeps what its peer is told. */
function linkTo(name: string): { readonly link: Link; readonly offers: Offer[] } {
  const offers: Offer[] = []
  const notify = (kind: number, octets: Uint8Array): void => {
    if (kind === natNotice.punch) offers.push(decodeOffer(octets))
  }
  const link = {
    isUp: true,
    role: 'initiator',
    peer: { identity: { id: idOf(name) } },
    paths: () => [{ kind: 'relay', state: 'alive', primary: true, rtt: 1 }],
    routes: {},
    runner: { session: { notify }, wake: () => undefined },
  }
  return { link: link as unknown as Link, offers } // no more is asked of it
}

/** An agent that nobody tells where it is seen, so that its own end counts as blocked. */
const blindHost: PuncherHost = {
  id: idOf('own'),
  receiver,
  observers: () => [],
  hosts: () => [],
  isTriedDirectly: () => false,
}

const turns = async (): Promise<void> => {
  for (let count = 0; count < 3; count++) await new Promise((resolve) => void setImmediate(resolve))
}

describe('an attempt', () => {
  const attemptWith = (more: Partial<AttemptOptions>): { readonly attempt: Attempt; readonly events: string[] } => {
    const events: string[] = []
    const attempt = new Attempt({
      own: offerOf(),
      peer: offerOf(),
      sockets: [],
      budget: new ProbeBudget(clock()),
      receiver,
      startAt: clock(),
      decided: (state) => events.push(state.type === 'failed' ? state.why : state.type),
      over: () => events.push('over'),
      ...more,
    })
    return { attempt, events }
  }

  test('that is in vain from the beginning is over only once its owner let it begin, who would keep it for ever', () => {
    const { attempt, events } = attemptWith({ own: offerOf({ mapping: 'blocked' }) })
    assert.deepEqual(events, [])
    attempt.begin()
    assert.deepEqual(events, ['own-blocked', 'over'])
  })

  test('ends in time although the clock of its host was put back', ({ mock }) => {
    mock.method(Date, 'now', () => 0)
    const { attempt, events } = attemptWith({ startAt: clock() - 2500 })
    attempt.begin()
    assert.deepEqual(events, ['no-answer', 'over'])
  })
})

test('an attempt that found a way ends three seconds later, however much the other end still sends', async ({
  mock,
}) => {
  let now = 1000
  mock.method(performance, 'now', () => now)
  mock.timers.enable({ apis: ['setTimeout'] })
  const events: string[] = []
  const hosts = ['203.0.113.1', '203.0.113.2'] as const
  const offers = hosts.map((host) => offerOf({ addresses: [{ host, port: 7 }] }))
  const attempts: Attempt[] = []
  const arriveAt = (index: number, packet: Uint8Array): void => {
    const [local, remote] = [hosts[index], hosts[1 - index]].map((host) => `udp://${host}:7`)
    attempts[index]?.packet({ transport: 'udp', local, remote } as HostRoute, packet) // no more is asked of it
  }
  for (const [index, host] of hosts.entries()) {
    const socket: OpenUdp = {
      local: { host, port: 7 },
      text: `udp://${host}:7`,
      mapped: undefined,
      send: (packet) => setImmediate(() => arriveAt(1 - index, packet)) && undefined,
      routeTo: () => ({}) as HostRoute,
      release: () => undefined,
    }
    const [own, peer] = [offers[index]!, offers[1 - index]!]
    const note = (what: string): void => void (index === 0 && events.push(what))
    attempts.push(
      new Attempt({
        ...{ own, peer, sockets: [socket], budget: new ProbeBudget(clock()), receiver, startAt: clock() },
        decided: ({ type }) => note(type),
        over: () => note('over'),
      }),
    )
  }
  for (const attempt of attempts) attempt.begin()
  for (let count = 0; count < 3; count++) await turns()
  assert.deepEqual(events, ['open'])
  for (let seconds = 0; seconds < 4; seconds++) {
    arriveAt(0, randomOctets(33))
    now += 1000
    mock.timers.tick(1000)
  }
  assert.deepEqual(events, ['open', 'over'])
})

describe('whoever looks for direct paths', () => {
  test('answers five offers of one peer, and one a minute after that', async ({ mock }) => {
    let now = 0
    mock.method(performance, 'now', () => now)
    const puncher = new Puncher(blindHost)
    const [often, other] = [linkTo('often'), linkTo('other')]
    const offer = async ({ link }: typeof often): Promise<void> => {
      puncher.seekerOf(link).noticed(natNotice.punch, encodeOffer(offerOf()))
      await turns()
    }
    for (; now < 30_000; now += 3000) await offer(often)
    assert.equal(often.offers.length, 5)
    await offer(other)
    assert.equal(other.offers.length, 1)
    now = 90_000
    for (let count = 0; count < 3; count++) await offer(often)
    assert.equal(often.offers.length, 6)
  })

  test('works on one offer of a peer at a time', async () => {
    const puncher = new Puncher(blindHost)
    const { link, offers } = linkTo('often')
    for (let count = 0; count < 4; count++)
      puncher.seekerOf(link).noticed(natNotice.punch, encodeOffer(offerOf({ attempt: count })))
    await turns()
    assert.deepEqual(
      offers.map(({ attempt, step }) => [attempt, step]),
      [[0, 'answer']],
    )
  })

  test('offers nothing any more once its agent closes', async () => {
    const puncher = new Puncher({
      ...blindHost,
      observers: () => [{ link: linkTo('relay').link, addresses: [{ host: '192.0.2.1', port: 1 }] }],
    })
    const { link, offers } = linkTo('peer')
    const looked = puncher.consider(link)
    puncher.close()
    await looked
    assert.deepEqual(offers, [])
  })
})

test('offers that lead to paths are answered as often as paths may end: every ten seconds', () => {
  const pace = new OfferPace()
  for (let now = 0; now < 3_600_000; now += 10_000) {
    assert.ok(pace.take(idOf('0'), now), `after ${now} ms`)
    pace.worked(idOf('0'))
  }
})

test('peers whose offers are counted are at most 1,024; the one that offered longest ago is forgotten', () => {
  const pace = new OfferPace()
  const [first, second] = [idOf('0'), idOf('1')]
  for (let count = 0; count < 5; count++) for (const id of [first, second]) assert.ok(pace.take(id, 0))
  assert.ok(!pace.take(second, 0) && !pace.take(first, 0))
  for (let peer = 2; peer <= 1024; peer++) pace.take(idOf(`${peer}`), 0)
  assert.deepEqual([pace.take(first, 0), pace.take(second, 0)], [false, true])
})
