import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type MappingKind,
  type Offer,
  ProbeBudget,
  Punch,
  type PunchState,
  type TransportAddress,
} from '../src/index.ts'
import { crypto, type End, Nat, octetsFrom, play, randomFrom } from './network.ts'

const relay = { host: '198.51.100.2', port: 7602 }

function endsOf(kinds: readonly [MappingKind, MappingKind], random: () => number, startAt = 0): [End, End] {
  const nats = kinds.map((kind, at) => new Nat(`203.0.113.${at + 1}`, kind, random))
  const offers = nats.map((nat, at): Offer => ({
    attempt: 1,
    step: at === 0 ? 'offer' : 'answer',
    id: octetsFrom(random, 8),
    key: octetsFrom(random, 16),
    mapping: nat.kind,
    addresses: [nat.out(0, relay)],
  }))
  return nats.map((nat, at) => ({
    nat,
    punch: new Punch({
      own: offers[at]!,
      peer: offers[1 - at]!,
      sockets: [4],
      crypto,
      budget: new ProbeBudget(0),
      seed: octetsFrom(random, 32),
      startAt: startAt + at * 20,
    }),
  })) as [End, End]
}

const typesOf = (ends: readonly End[]): readonly string[] => ends.map(({ punch: { state } }) => state.type)

describe('an attempt', () => {
  for (const kind of ['endpoint-independent', 'unknown', 'none'] as const)
    test(`opens both ends when one maps endpoint-independently and the other ${kind}, whatever is lost or late`, () => {
      for (let seed = 1; seed <= 30; seed++) {
        const random = randomFrom(seed)
        const ends = endsOf(['endpoint-independent', kind], random)
        play(ends, { random, loss: 0.3 })
        assert.deepEqual(typesOf(ends), ['open', 'open'], `seed ${seed}`)
      }
    })

  test('finds the port of an end that maps dependently by trying many, in nine of ten cases at least', () => {
    for (const kinds of [
      ['endpoint-independent', 'address-and-port-dependent'],
      ['address-dependent', 'endpoint-independent'],
    ] as const) {
      let found = 0
      for (let seed = 1; seed <= 20; seed++) {
        const random = randomFrom(seed)
        const ends = endsOf(kinds, random)
        const sent = play(ends, { random, delay: 20 })
        assert.ok(sent.length < 2500, `${sent.length} probes`)
        const states = ends.map(({ punch: { state } }) => state)
        found += Number(states.every(({ type }) => type === 'open'))
        const failed = states.filter((state): state is PunchState & { type: 'failed' } => state.type === 'failed')
        assert.ok(failed.every(({ why }) => why === 'search-failed'))
      }
      assert.ok(found >= 18, `${found} of 20`)
    }
  })

  test('says that both ends map dependently, where no direct path can be found', () => {
    const random = randomFrom(7)
    const ends = endsOf(['address-dependent', 'address-and-port-dependent'], random)
    const sent = play(ends, { random })
    for (const { punch } of ends) assert.deepEqual(punch.state, { type: 'failed', why: 'both-dependent' })
    assert.ok(sent.length < 100, 'nothing is searched')
  })

  test('says whose UDP is blocked, and sends nothing then', () => {
    const random = randomFrom(1)
    const ends = endsOf(['blocked', 'endpoint-independent'], random)
    assert.equal(play(ends, { random }).length, 0)
    const reasons = ends.map(({ punch: { state } }) => state.type === 'failed' && state.why)
    assert.deepEqual(reasons, ['own-blocked', 'peer-blocked'])
  })

  test('is opened by no packet of somebody else, nor by a repeated one that came from elsewhere', () => {
    const random = randomFrom(3)
    const [a, b] = endsOf(['endpoint-independent', 'endpoint-independent'], random)
    const [probe] = a.punch.due(0)
    const [answer] = b.punch.received(0, { host: a.nat.host, port: 4000 }, probe!.octets, 1)
    for (let at = 0; at < answer!.octets.length; at++) {
      const changed = answer!.octets.slice()
      changed[at]! ^= 1 << Math.floor(random() * 8)
      if (at >= 9) a.punch.received(0, probe!.to, changed, 2)
    }
    a.punch.received(0, { host: '192.0.2.66', port: 1 }, answer!.octets, 2)
    a.punch.received(1, probe!.to, answer!.octets, 2)
    assert.equal(a.punch.state.type, 'trying')
    a.punch.received(0, probe!.to, answer!.octets, 2)
    assert.equal(a.punch.state.type, 'open')
  })

  test('shows nothing that an observer could recognise in another one: its packets share no four octets', () => {
    const captured = [1, 2, 3].map((seed) => {
      const random = randomFrom(seed)
      return play(endsOf(['endpoint-independent', 'endpoint-independent'], random), { random }).map(
        ({ octets }) => octets,
      )
    })
    const windows = captured.map(
      (packets) =>
        new Set(
          packets.flatMap((octets) =>
            Array.from({ length: octets.length - 3 }, (_, at) =>
              Buffer.from(octets.subarray(at, at + 4)).toString('hex'),
            ),
          ),
        ),
    )
    for (const [at, one] of windows.entries())
      for (const other of windows.slice(at + 1)) assert.equal([...one].filter((each) => other.has(each)).length, 0)
    for (const octets of captured.flat()) {
      assert.equal(octets.length, 33)
      assert.equal(octets[0]! >> 6, 1, 'as a packet of a session begins')
    }
  })

  test('says so where both are behind one NAT that lets nothing come back in', () => {
    const random = randomFrom(9)
    const [a] = endsOf(['endpoint-independent', 'endpoint-independent'], random)
    const offer = (port: number): Offer => ({
      attempt: 1,
      step: 'offer',
      id: octetsFrom(random, 8),
      key: octetsFrom(random, 16),
      mapping: 'endpoint-independent',
      addresses: [{ host: '203.0.113.1', port }],
    })
    const punch = new Punch({
      own: offer(1),
      peer: offer(2),
      sockets: [4],
      crypto,
      budget: new ProbeBudget(0),
      seed: octetsFrom(random, 32),
      startAt: 0,
    })
    play([{ nat: a.nat, punch }, a], { random, loss: 1 })
    assert.deepEqual(punch.state, { type: 'failed', why: 'no-hairpin' })
  })

  test('probes each address from the socket of its family', () => {
    const random = randomFrom(4)
    const offer = (...addresses: readonly TransportAddress[]): Offer => ({
      attempt: 1,
      step: 'offer',
      id: octetsFrom(random, 8),
      key: octetsFrom(random, 16),
      mapping: 'none',
      addresses,
    })
    const [four, six] = [
      { host: '203.0.113.9', port: 4000 },
      { host: '2001:db8::9', port: 4001 },
    ] as const
    const seed = octetsFrom(random, 32)
    const more = { crypto, budget: new ProbeBudget(0), seed, startAt: 0, own: offer(), peer: offer(six, four) }
    const sentFrom = (sockets: readonly (4 | 6)[]) =>
      new Punch({ ...more, sockets }).due(0).map(({ socket, to }) => [socket, to])
    assert.deepEqual(sentFrom([4, 6]), [
      [0, four],
      [1, six],
    ])
    assert.deepEqual(sentFrom([6]), [[0, six]])
    assert.deepEqual(sentFrom([]), [])
  })

  test('never throws, whatever comes, and answers no more than was asked', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = randomFrom(seed)
      const [{ punch }] = endsOf(['endpoint-independent', 'address-dependent'], random)
      let now = 0
      for (let step = 0; step < 500; step++) {
        now += random() * 30
        if (random() < 0.5) punch.due(now)
        else if (random() < 0.01) punch.end()
        const from: TransportAddress = { host: '203.0.113.9', port: 1 + Math.floor(random() * 65_535) }
        assert.deepEqual(punch.received(0, from, octetsFrom(random, Math.floor(random() * 66)), now), [])
      }
    }
  })
})

describe('an agent that is told the addresses of others', () => {
  const victim = '192.0.2.66'
  /** What one peer after the other gets it to send. */
  function attack(
    mapping: MappingKind,
    addresses: readonly TransportAddress[],
    seconds: number,
  ): readonly TransportAddress[] {
    const random = randomFrom(5)
    const budget = new ProbeBudget(0)
    const own: Offer = {
      attempt: 1,
      step: 'answer',
      id: octetsFrom(random, 8),
      key: octetsFrom(random, 16),
      mapping: 'endpoint-independent',
      addresses: [{ host: '203.0.113.1', port: 4000 }],
    }
    const sent: TransportAddress[] = []
    // A new peer with the same addresses every tenth of a second, as identities are free.
    const running: Punch[] = []
    for (let now = 0; now < seconds * 1000; now += 10) {
      if (now % 100 === 0)
        running.push(
          new Punch({
            own,
            peer: { ...own, step: 'offer', mapping, addresses },
            sockets: [4],
            crypto,
            budget,
            seed: octetsFrom(random, 32),
            startAt: now,
          }),
        )
      for (const punch of running) sent.push(...punch.due(now).map(({ to }) => to))
    }
    return sent
  }

  test('sends a third host 150 tiny packets at once and ten a second, however many peers name it', () => {
    const sent = attack(
      'endpoint-independent',
      Array.from({ length: 8 }, (_, at) => ({ host: victim, port: 53 + at })),
      60,
    )
    assert.ok(sent.length <= 150 + 10 * 60, `${sent.length}`)
    assert.ok(sent.length > 300, 'the attack is one')
  })

  test('searches the ports of a third host once in ten minutes, however many peers name it', () => {
    const sent = attack('address-and-port-dependent', [{ host: victim, port: 53 }], 60)
    assert.ok(sent.length <= 1200 + 150 + 10 * 60, `${sent.length}`)
    assert.ok(new Set(sent.map(({ port }) => port)).size > 1000, 'the attack is one')
  })

  test('sends nothing into its own network, to itself, to a cloud’s metadata or to groups', () => {
    const hosts = [
      '10.0.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '127.0.0.1',
      '169.254.169.254',
      '224.0.0.1',
      '0.0.0.0',
      '::1',
      'fe80::1',
      'fd00::1',
      '::ffff:10.0.0.1',
    ]
    assert.deepEqual(
      attack(
        'address-dependent',
        hosts.map((host) => ({ host, port: 80 })),
        10,
      ),
      [],
    )
  })
})
