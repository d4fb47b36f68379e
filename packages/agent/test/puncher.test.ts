import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AgentId } from '@vagus/identity'
import { decodeOffer, encodeOffer, natNotice, type Offer } from '@vagus/nat'
import { randomOctets, type RouteReceiver } from '@vagus/transport'
import type { Link } from '../src/link/link.ts'
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

describe('whoever looks for direct paths', () => {
  test('answers five offers of one peer, and no more for now', async () => {
    const puncher = new Puncher(blindHost)
    const [often, other] = [linkTo('often'), linkTo('other')]
    const offer = async ({ link }: typeof often): Promise<void> => {
      puncher.seekerOf(link).noticed(natNotice.punch, encodeOffer(offerOf()))
      await turns()
    }
    for (let count = 0; count < 8; count++) await offer(often)
    await offer(other)
    assert.deepEqual([often.offers.length, other.offers.length], [5, 1])
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

test('one more offer of a peer is answered each minute', () => {
  const pace = new OfferPace()
  const take = (now: number): boolean => pace.take(idOf('0'), now)
  assert.deepEqual([0, 0, 0, 0, 0, 0].map(take), [true, true, true, true, true, false])
  assert.deepEqual([60_000, 60_000, 120_000].map(take), [true, false, true])
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
