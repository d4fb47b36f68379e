import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Offer, ProbeBudget } from '@vagus/nat'
import { type HostRoute, type OpenUdp, randomOctets, type RouteReceiver } from '@vagus/transport'
import { clock } from '../src/link/clock.ts'
import { Attempt, type AttemptOptions } from '../src/nat/attempt.ts'

const receiver: RouteReceiver = { packet: () => undefined, drained: () => undefined, closed: () => undefined }

const offerOf = (more: Partial<Offer> = {}): Offer => ({
  attempt: 1,
  step: 'offer',
  id: randomOctets(8),
  key: randomOctets(16),
  mapping: 'unknown',
  addresses: [],
  ...more,
})

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
  const underWay: (() => void)[] = []
  const arriveAt = (index: number, packet: Uint8Array): void => {
    const [local, remote] = [hosts[index], hosts[1 - index]].map((host) => `udp://${host}:7`)
    attempts[index]?.packet({ transport: 'udp', local, remote } as HostRoute, packet) // no more is asked of it
  }
  for (const [index, host] of hosts.entries()) {
    const socket: OpenUdp = {
      local: { host, port: 7 },
      text: `udp://${host}:7`,
      mapped: undefined,
      send: (packet) => void underWay.push(() => arriveAt(1 - index, packet)),
      routeTo: () => ({}) as HostRoute,
      release: () => undefined,
    }
    const [own, peer] = [offers[index]!, offers[1 - index]!]
    const note = (what: string): void => void (index === 0 && events.push(what))
    attempts.push(
      new Attempt({
        own,
        peer,
        sockets: [socket],
        budget: new ProbeBudget(clock()),
        receiver,
        startAt: clock(),
        decided: ({ type }) => note(type),
        over: () => note('over'),
      }),
    )
  }
  for (const attempt of attempts) attempt.begin()
  for (let next = underWay.shift(); next !== undefined; next = underWay.shift()) next()
  assert.deepEqual(events, ['open'])
  for (let seconds = 0; seconds < 4; seconds++) {
    arriveAt(0, randomOctets(33))
    now += 1000
    mock.timers.tick(1000)
  }
  assert.deepEqual(events, ['open', 'over'])
})
