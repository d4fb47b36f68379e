/** The session engine: sequences, collision, restarts, and any event in any state. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  addPathMode,
  type Effect,
  type Event,
  hardReset,
  initialSession,
  ipv4Unicast,
  ipv6Unicast,
  linkState,
  negotiate,
  notification,
  type Open,
  openOf,
  role,
  type Session,
  type SessionConfig,
  type SessionState,
  shutdownTextOf,
  step,
  type Timer,
  type Way,
} from '../src/index.ts'
import { hex } from './octets.ts'

const families = [
  { afi: 1, safi: 1 },
  { afi: 2, safi: 1 },
]
const config: SessionConfig = {
  localAs: 65001,
  bgpIdentifier: 2,
  peerAs: 65002,
  mode: 'active',
  holdTime: 90,
  families,
  gracefulRestart: { restartTime: 30 },
}
const peerConfig: SessionConfig = { ...config, localAs: 65002, bgpIdentifier: 1, peerAs: 65001 }
const keepalive = { type: 'keepalive' } as const
const update = { type: 'update', octets: hex('00') } as const

/** Plays events and keeps the session and what was asked for. */
class Player {
  session: Session = initialSession
  effects: readonly Effect[] = []
  readonly config: SessionConfig

  constructor(config_: SessionConfig = config) {
    this.config = config_
  }

  play(...events: readonly Event[]): this {
    for (const event of events) [this.session, this.effects] = step(this.session, event, this.config, 1)
    return this
  }

  receive(message: (Event & { type: 'message' })['message'], way: Way = 'dialled'): this {
    return this.play({ type: 'message', way, message })
  }

  establish(open: Open = openOf(peerConfig)): this {
    this.play({ type: 'start' }, { type: 'connected', way: 'dialled' })
    return this.receive(open).receive(keepalive)
  }

  /** Effects in short: what the shell would do. */
  get done(): readonly string[] {
    return this.effects.map((effect) => {
      if (effect.type === 'send' && effect.message.type === 'notification') {
        return `send ${effect.way} notification ${effect.message.code}/${effect.message.subcode}`
      }
      if (effect.type === 'send') return `send ${effect.way} ${effect.message.type}`
      if (effect.type === 'set-timer') return `set ${effect.timer} ${effect.after}`
      if (effect.type === 'clear-timer') return `clear ${effect.timer}`
      if ('families' in effect) return `${effect.type} ${effect.families.join(' ')}`
      if (effect.type === 'refuse')
        return `refuse ${effect.way} ${effect.notification.code}/${effect.notification.subcode}`
      return effect.type === 'adopt' || effect.type === 'close' ? `${effect.type} ${effect.way}` : effect.type
    })
  }

  get state(): SessionState {
    return this.session.state
  }

  get acts(): readonly string[] {
    return this.done.filter((one) => !one.startsWith('set') && !one.startsWith('clear'))
  }
}

describe('a session opens', () => {
  test('dials, exchanges OPEN and KEEPALIVE, and stands (RFC 4271 §8.2.2)', () => {
    const player = new Player().play({ type: 'start' })
    assert.equal(player.state, 'connect')
    assert.deepEqual(player.done, ['dial', 'set connect-retry 5000'])
    player.play({ type: 'connected', way: 'dialled' })
    assert.equal(player.state, 'open-sent')
    assert.deepEqual(player.done, [
      'adopt dialled',
      'clear connect-retry',
      'send dialled open',
      'set hold-dialled 240000',
    ])
    player.receive(openOf(peerConfig))
    assert.equal(player.state, 'open-confirm')
    assert.deepEqual(player.done, ['send dialled keepalive', 'set hold-dialled 90000', 'set keepalive-dialled 30000'])
    player.receive(keepalive)
    assert.equal(player.state, 'established')
    assert.ok(player.acts.includes('established'))
    player.receive(update)
    assert.deepEqual(player.done, ['set hold-dialled 90000', 'update'])
    player.play({ type: 'timer', timer: 'keepalive-dialled' })
    assert.deepEqual(player.acts, ['send dialled keepalive'])
  })

  test('a passive one waits for the peer', () => {
    const player = new Player({ ...config, mode: 'passive' }).play({ type: 'start' })
    assert.deepEqual([player.state, player.done], ['active', []])
    player.play({ type: 'timer', timer: 'connect-retry' })
    assert.equal(player.state, 'active')
    player.play({ type: 'connected', way: 'accepted' }).receive(openOf(peerConfig), 'accepted')
    assert.equal(player.receive(keepalive, 'accepted').state, 'established')
  })

  test('a connection that cannot be made is tried again when the timer says so', () => {
    const player = new Player().play({ type: 'start' }, { type: 'closed', way: 'dialled' })
    assert.equal(player.state, 'active')
    player.play({ type: 'timer', timer: 'connect-retry' })
    assert.deepEqual([player.state, player.acts], ['connect', ['dial']])
  })

  test('one that the peer ends before its OPEN says so, and is tried again (RFC 4271 §8.2.2, event 18)', () => {
    const player = new Player().play({ type: 'start' }, { type: 'connected', way: 'dialled' })
    player.play({ type: 'closed', way: 'dialled' })
    assert.equal(player.state, 'active')
    assert.ok(player.effects.some((one) => one.type === 'down' && one.reason.type === 'unanswered'))
    assert.ok(player.done.includes('set connect-retry 5000'))
  })

  test('a hold time of 0 sets no timers (RFC 4271 §4.4)', () => {
    const player = new Player().establish({ ...openOf(peerConfig), holdTime: 0 })
    assert.deepEqual(
      player.done.filter((one) => one.includes('dialled') && one.startsWith('set')),
      [],
    )
  })

  test('a stopped one refuses connections', () => {
    assert.deepEqual(new Player().play({ type: 'connected', way: 'accepted' }).done, ['refuse accepted 6/5'])
  })
})

describe('NOTIFICATION codes', () => {
  const open = openOf(peerConfig)
  const without = (type: string): Open => ({
    ...open,
    capabilities: open.capabilities.filter((one) => one.type !== type),
  })
  const rows: readonly (readonly [string, Open, string, Partial<SessionConfig>?])[] = [
    ['another AS (RFC 4271 §6.2)', { ...without('four-octet-as'), myAs: 65003 }, '2/2'],
    ['AS 0 (RFC 7607)', { ...without('four-octet-as'), myAs: 0 }, '2/2'],
    ['identifier 0 (RFC 6286 §2.1)', { ...open, bgpIdentifier: 0 }, '2/3'],
    ['a hold time of one second (RFC 4271 §4.2)', { ...open, holdTime: 1 }, '2/6'],
    [
      'no family in common (RFC 5492 §5)',
      {
        ...without('multiprotocol'),
        capabilities: [
          { type: 'multiprotocol', afi: 25, safi: 65 },
          { type: 'four-octet-as', as: 65002 },
        ],
      },
      '2/7',
    ],
    [
      'two customers (RFC 9234 §4.2)',
      { ...open, capabilities: [...open.capabilities, { type: 'role', role: role.customer }] },
      '2/11',
      { role: role.customer },
    ],
    ['no role when we are strict', open, '2/11', { role: role.customer, roleMode: 'strict' }],
  ]
  for (const [name, sent, expected, more] of rows) {
    test(name, () => {
      const player = new Player({ ...config, ...more })
      player.play({ type: 'start' }, { type: 'connected', way: 'dialled' }).receive(sent)
      assert.deepEqual(player.acts, [`send dialled notification ${expected}`, 'close dialled', 'down'])
      assert.equal(player.state, 'idle')
    })
  }

  test('roles that do not fit are named, theirs and ours (RFC 9234 §4.2)', () => {
    const problemOf = (roles: readonly number[], ours: Partial<SessionConfig>): string | undefined => {
      const capabilities = [...open.capabilities, ...roles.map((one) => ({ type: 'role', role: one }) as const)]
      const player = new Player({ ...config, ...ours })
      player.play({ type: 'start' }, { type: 'connected', way: 'dialled' }).receive({ ...open, capabilities })
      const down = player.effects.find((effect) => effect.type === 'down')
      return down?.reason.type === 'sent' ? down.reason.problem : undefined
    }
    assert.equal(
      problemOf([role.customer], { role: role.customer }),
      'its role is customer, and provider was expected: ours is customer',
    )
    assert.equal(problemOf([9], { role: role.peer }), 'its role is 9, and peer was expected: ours is peer')
    assert.equal(
      problemOf([], { role: role.routeServer, roleMode: 'strict' }),
      'it says no role, and route-server-client was expected: ours is route-server',
    )
    assert.equal(problemOf([role.peer, role.customer], {}), 'it says more than one role: peer, customer')
  })

  test('our own identifier from an internal peer (RFC 6286 §2.2)', () => {
    const internal = { ...config, peerAs: 65001 }
    const got = negotiate(openOf(internal), internal)
    assert.deepEqual(got, notification(2, 3))
  })

  test('a message that does not fit the state (RFC 6608 §3)', () => {
    const opening = () => new Player().play({ type: 'start' }, { type: 'connected', way: 'dialled' })
    assert.equal(opening().receive(keepalive).acts[0], 'send dialled notification 5/1')
    assert.equal(opening().receive(open).receive(update).acts[0], 'send dialled notification 5/2')
    assert.equal(new Player().establish().receive(open).acts[0], 'send dialled notification 5/3')
  })

  test('the hold timer (RFC 4271 §6.5)', () => {
    const player = new Player().establish().play({ type: 'timer', timer: 'hold-dialled' })
    assert.equal(player.acts[0], 'send dialled notification 4/0')
  })

  test('what UPDATE asks for', () => {
    const player = new Player().establish().play({ type: 'reset', notification: notification(3, 10) })
    assert.equal(player.acts[0], 'send dialled notification 3/10')
  })

  test('too many prefixes are a hard reset where RFC 8538 was negotiated (§4)', () => {
    const player = new Player().establish().play({ type: 'reset', notification: notification(6, 1) })
    assert.equal(player.acts[0], 'send dialled notification 6/9')
    assert.ok(player.acts.includes(`drop-routes ${ipv4Unicast} ${ipv6Unicast}`))
    const plain = new Player({ ...config, gracefulRestart: { restartTime: 1, notification: 'off' } })
    plain.establish().play({ type: 'reset', notification: notification(6, 1) })
    assert.equal(plain.acts[0], 'send dialled notification 6/1')
  })

  test('stop says why, and cuts a text that is too long (RFC 9003)', () => {
    const plain = { ...openOf(peerConfig), capabilities: without('graceful-restart').capabilities }
    const player = new Player().establish(plain).play({ type: 'stop', text: 'ü'.repeat(400) })
    const [sent] = player.effects
    assert.ok(sent?.type === 'send' && sent.message.type === 'notification')
    assert.equal(shutdownTextOf(sent.message), 'ü'.repeat(127))
    assert.deepEqual([player.state, player.session.failures], ['idle', 0])
  })
})

describe('negotiation', () => {
  const both = (ours: Partial<SessionConfig>, theirs: Partial<SessionConfig>) => {
    const got = negotiate(openOf({ ...peerConfig, ...theirs }), { ...config, ...ours })
    assert.ok(got.type === 'negotiated')
    return got
  }

  test('takes what both offer, and the smaller hold time', () => {
    const got = both({ holdTime: 30, families: [...families, { afi: 16388, safi: 71 }] }, { families: [families[1]!] })
    assert.deepEqual([...got.receive.families], [ipv6Unicast])
    assert.deepEqual([got.holdTime, got.receive.asOctets, got.maxLength, got.refresh], [30, 4, 65535, 'enhanced'])
    assert.equal(got.receive.families.has(linkState), false)
  })

  test('a speaker without capabilities has IPv4 unicast and two octets (RFC 4760 §8, RFC 6793)', () => {
    const got = negotiate({ ...openOf(peerConfig), capabilities: [] }, config)
    assert.ok(got.type === 'negotiated')
    assert.deepEqual([[...got.receive.families], got.receive.asOctets], [[ipv4Unicast], 2])
    assert.deepEqual([got.maxLength, got.refresh, got.gracefulRestart], [4096, 'none', undefined])
  })

  test('path identifiers go in the direction that one sends and the other receives (RFC 7911 §4)', () => {
    const [ipv4, ipv6] = families as [{ afi: number; safi: number }, { afi: number; safi: number }]
    const got = both(
      {
        addPath: [
          { ...ipv4, mode: addPathMode.both },
          { ...ipv6, mode: addPathMode.receive },
        ],
      },
      {
        addPath: [
          { ...ipv4, mode: addPathMode.send },
          { ...ipv6, mode: addPathMode.receive },
        ],
      },
    )
    assert.deepEqual([[...got.receive.pathIds], [...got.send.pathIds]], [[ipv4Unicast], []])
  })

  test('roles that fit are kept (RFC 9234 §4.2)', () => {
    assert.equal(both({ role: role.customer }, { role: role.provider }).peerRole, role.provider)
  })
})

describe('collision (RFC 4271 §6.8)', () => {
  const rivals = (ours: number) => {
    const player = new Player({ ...config, bgpIdentifier: ours })
    return player.play({ type: 'start' }, { type: 'connected', way: 'accepted' }, { type: 'connected', way: 'dialled' })
  }
  const open = { ...openOf(peerConfig), bgpIdentifier: 50 }

  test('the connection of the speaker with the higher identifier stays: ours', () => {
    const player = rivals(100).receive(open, 'accepted')
    assert.deepEqual(player.acts, ['send accepted keepalive'])
    player.receive(open, 'dialled')
    assert.deepEqual(player.acts, ['send accepted notification 6/7', 'close accepted', 'send dialled keepalive'])
    player.receive(keepalive, 'accepted')
    assert.deepEqual(player.acts, [])
    assert.equal(player.receive(keepalive, 'dialled').state, 'established')
  })

  test('the connection of the speaker with the higher identifier stays: the peer’s', () => {
    const player = rivals(10).receive(open, 'accepted')
    assert.deepEqual(player.acts, ['send dialled notification 6/7', 'close dialled', 'send accepted keepalive'])
    assert.equal(player.receive(keepalive, 'accepted').state, 'established')
  })

  test('the loser that comes second goes', () => {
    const player = rivals(10).receive(open, 'dialled').receive(open, 'accepted')
    assert.deepEqual(player.acts[0], 'send dialled notification 6/7')
    assert.equal(player.state, 'open-confirm')
  })

  test('equal identifiers of two ASes: the higher AS stays (RFC 6286 §2.3)', () => {
    const player = rivals(50).receive(open, 'accepted')
    assert.equal(player.acts[0], 'send dialled notification 6/7')
  })

  test('one that fails leaves the other', () => {
    const player = rivals(100).play({ type: 'closed', way: 'accepted' })
    assert.equal(player.state, 'open-sent')
    assert.equal(player.receive(open).receive(keepalive).state, 'established')
  })

  test('a second connection of an established session is refused', () => {
    const player = new Player({ ...config, families: [families[0]!] })
    const { gracefulRestart: _, ...plain } = peerConfig
    player.establish(openOf(plain)).play({ type: 'connected', way: 'accepted' })
    assert.deepEqual([player.done, player.state], [['refuse accepted 6/7'], 'established'])
  })
})

describe('failure', () => {
  test('each doubles the wait, to a bound, until the session was stable', () => {
    const player = new Player().play({ type: 'start' })
    const waits: number[] = []
    for (let round = 0; round < 9; round++) {
      player.play({ type: 'connected', way: 'dialled' }).receive(keepalive)
      waits.push(...player.effects.flatMap((one) => (one.type === 'set-timer' ? one.after : [])))
      player.play({ type: 'timer', timer: 'idle-hold' })
    }
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 120_000, 120_000])
    player.play({ type: 'connected', way: 'dialled' }).receive(openOf(peerConfig)).receive(keepalive)
    assert.equal(player.play({ type: 'timer', timer: 'stable' }).session.failures, 0)
  })

  test('timers are jittered down to three quarters (RFC 4271 §10)', () => {
    const [, effects] = step(initialSession, { type: 'start' }, config, 0)
    assert.deepEqual(effects[1], { type: 'set-timer', timer: 'connect-retry', after: 3750 })
  })

  test('a family can end alone (RFC 7606 §2)', () => {
    const player = new Player().establish().play({ type: 'disable-family', family: ipv6Unicast })
    assert.deepEqual(player.done, [`drop-routes ${ipv6Unicast}`])
    assert.ok(player.session.state === 'established')
    assert.deepEqual([...player.session.negotiated.receive.families], [ipv4Unicast])
    assert.deepEqual(player.play({ type: 'disable-family', family: ipv6Unicast }).done, [])
  })
})

describe('graceful restart (RFC 4724)', () => {
  test('routes stay while the peer is gone, and go when it does not come back in time', () => {
    const player = new Player().establish().play({ type: 'closed', way: 'dialled' })
    assert.ok(player.done.includes(`mark-stale ${ipv4Unicast} ${ipv6Unicast}`))
    assert.ok(player.done.includes('set restart 30000'))
    assert.ok(!player.done.some((one) => one.startsWith('drop')))
    player.play({ type: 'timer', timer: 'restart' })
    assert.deepEqual(player.done, [`drop-stale ${ipv4Unicast} ${ipv6Unicast}`])
  })

  test('End-of-RIB ends what was not repeated, family by family (§4.2)', () => {
    const player = new Player()
      .establish()
      .play({ type: 'closed', way: 'dialled' }, { type: 'timer', timer: 'idle-hold' })
    player
      .play({ type: 'connected', way: 'dialled' })
      .receive(openOf({ ...peerConfig, restarted: 'yes' }))
      .receive(keepalive)
    assert.ok(player.done.includes('clear restart') && player.done.includes('set stale 360000'))
    assert.deepEqual(player.play({ type: 'end-of-rib', family: ipv4Unicast }).done, [`drop-stale ${ipv4Unicast}`])
    const last = player.play({ type: 'end-of-rib', family: ipv6Unicast })
    assert.deepEqual(last.done, [`drop-stale ${ipv6Unicast}`, 'clear stale'])
  })

  test('a family that comes back without its forwarding state is dropped at once (§4.2)', () => {
    const player = new Player()
      .establish()
      .play({ type: 'closed', way: 'dialled' }, { type: 'timer', timer: 'idle-hold' })
    const open = openOf(peerConfig)
    const lost = {
      ...open,
      capabilities: open.capabilities.map((one) =>
        one.type === 'graceful-restart' ? { ...one, families: [{ ...families[0]!, flags: 0x80 }] } : one,
      ),
    }
    player.play({ type: 'connected', way: 'dialled' }).receive(lost).receive(keepalive)
    assert.ok(player.done.includes(`drop-stale ${ipv6Unicast}`))
  })

  test('a NOTIFICATION keeps routes only under RFC 8538, a hard reset never', () => {
    const got = (said: ReturnType<typeof notification>, ours: SessionConfig = config) =>
      new Player(ours)
        .establish()
        .receive(said)
        .done.some((one) => one.startsWith('mark-stale'))
    assert.equal(got(notification(6, 4)), true)
    assert.equal(got(hardReset(notification(6, 2))), false)
    assert.equal(
      got(notification(6, 4), { ...config, gracefulRestart: { restartTime: 1, notification: 'off' } }),
      false,
    )
  })

  test('a stop to restart lets the peer keep our routes, by Cease 6/4 or in silence; one for good does not (RFC 8538)', () => {
    const stopped = (ours: Partial<SessionConfig>, parting: 'for good' | 'to restart', open?: Open) =>
      new Player({ ...config, ...ours }).establish(open).play({ type: 'stop', parting }).acts
    const dropped = `drop-routes ${ipv4Unicast} ${ipv6Unicast}`
    const silent = { gracefulRestart: { restartTime: 1, notification: 'off' } } as const
    assert.equal(stopped({}, 'to restart')[0], 'send dialled notification 6/4')
    assert.equal(stopped({}, 'for good')[0], 'send dialled notification 6/9')
    assert.deepEqual(stopped(silent, 'to restart'), ['close dialled', 'down', dropped])
    assert.equal(stopped(silent, 'for good')[0], 'send dialled notification 6/2')
    const { gracefulRestart: _, ...plain } = peerConfig
    assert.equal(stopped({}, 'to restart', openOf(plain))[0], 'send dialled notification 6/4')
  })

  test('a peer that comes back before its old connection ended takes over (§5)', () => {
    const player = new Player({ ...config, mode: 'passive' }).play(
      { type: 'start' },
      { type: 'connected', way: 'accepted' },
    )
    player.receive(openOf(peerConfig), 'accepted').receive(keepalive, 'accepted')
    player.play({ type: 'connected', way: 'accepted' })
    assert.deepEqual(player.acts, [
      'down',
      `mark-stale ${ipv4Unicast} ${ipv6Unicast}`,
      'adopt accepted',
      'send accepted open',
    ])
    assert.equal(player.receive(openOf(peerConfig), 'accepted').state, 'open-confirm')
  })
})

test('ROUTE-REFRESH asks for our routes, or frames the peer’s (RFC 2918, RFC 7313)', () => {
  const player = new Player().establish()
  const refresh = (subtype: number, safi = 1) =>
    ({ type: 'route-refresh', afi: 1, safi, subtype, filters: hex('') }) as const
  assert.deepEqual(player.receive(refresh(0)).done, ['send-routes'])
  assert.deepEqual(player.receive(refresh(1)).done, ['refreshed'])
  assert.deepEqual(player.receive(refresh(9)).done, [])
  assert.deepEqual(player.receive(refresh(0, 9)).done, [])
})

test('what frames a repetition counts only behind End-of-RIB of a restart (RFC 7313 §4)', () => {
  const player = new Player()
    .establish()
    .play({ type: 'closed', way: 'dialled' }, { type: 'timer', timer: 'idle-hold' })
  player.play({ type: 'connected', way: 'dialled' })
  player.receive(openOf({ ...peerConfig, restarted: 'yes' })).receive(keepalive)
  const refresh = (subtype: number) => ({ type: 'route-refresh', afi: 1, safi: 1, subtype, filters: hex('') }) as const
  assert.deepEqual(player.receive(refresh(1)).done, [])
  assert.deepEqual(player.receive(refresh(2)).done, [])
  assert.deepEqual(player.receive(refresh(0)).done, ['send-routes'])
  player.play({ type: 'end-of-rib', family: ipv4Unicast })
  assert.deepEqual(player.receive(refresh(1)).done, ['refreshed'])
  assert.deepEqual(player.receive(refresh(2)).done, ['refreshed'])
})

const way = fc.constantFrom<Way>('dialled', 'accepted')
const anyMessage = fc.constantFrom<(Event & { type: 'message' })['message']>(
  openOf(peerConfig),
  { ...openOf(peerConfig), holdTime: 1 },
  { ...openOf(peerConfig), bgpIdentifier: 99 },
  keepalive,
  update,
  notification(6, 2),
  hardReset(notification(6, 2)),
  { type: 'route-refresh', afi: 1, safi: 1, subtype: 0, filters: hex('') },
  { type: 'malformed', notification: notification(1, 2), problem: 'too long' },
)
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom<Event>({ type: 'start' }, { type: 'stop' }, { type: 'stop', text: 'bye' }),
  fc
    .constantFrom<Timer>(
      'connect-retry',
      'idle-hold',
      'stable',
      'restart',
      'stale',
      'hold-dialled',
      'hold-accepted',
      'keepalive-dialled',
      'keepalive-accepted',
    )
    .map((timer) => ({ type: 'timer', timer }) as const),
  { weight: 3, arbitrary: way.map((way) => ({ type: 'connected', way }) as const) },
  way.map((way) => ({ type: 'closed', way }) as const),
  {
    weight: 6,
    arbitrary: fc.record({ way, message: anyMessage }).map((one) => ({ type: 'message', ...one }) as const),
  },
  fc.constantFrom<Event>(
    { type: 'reset', notification: notification(3, 1) },
    { type: 'disable-family', family: ipv6Unicast },
    { type: 'end-of-rib', family: ipv4Unicast },
  ),
)

/** What the shell has, and what it may not be asked. */
class Shell {
  readonly open = new Set<Way>()
  readonly timers = new Set<string>()

  /** Whether an event can happen to a shell that has this. */
  isPossible(event: Event): boolean {
    if (event.type === 'timer') this.timers.delete(event.timer)
    if (event.type !== 'closed' && event.type !== 'message') return true
    const isThere = this.open.has(event.way)
    if (event.type === 'closed') this.open.delete(event.way)
    return isThere
  }

  apply(effect: Effect): void {
    if (effect.type === 'adopt') this.open.add(effect.way)
    if (effect.type === 'send') assert.ok(this.open.has(effect.way), `${effect.message.type} on no connection`)
    if (effect.type === 'close') this.open.delete(effect.way)
    if (effect.type === 'clear-timer') this.timers.delete(effect.timer)
    if (effect.type !== 'set-timer') return
    assert.ok(effect.after >= 0 && Number.isFinite(effect.after))
    this.timers.add(effect.timer)
  }

  assertFits(session: Session): void {
    if (session.state === 'idle') {
      assert.equal(this.open.size, 0, 'an idle session has no connection')
      assert.equal(this.timers.has('idle-hold'), session.because === 'waiting', 'only one that waits has its timer')
    }
    if (session.state === 'open-sent' || session.state === 'open-confirm') assert.ok(this.open.size > 0)
    if (session.state !== 'established') return
    assert.deepEqual([...this.open], [session.way])
    assert.ok(this.timers.has(`hold-${session.way}`), 'an established session would notice a dead peer')
  }
}

/** The way to established, so that what comes at random does not start in idle every time. */
const opening = (way: Way): readonly Event[] => [
  { type: 'start' },
  { type: 'connected', way },
  { type: 'message', way, message: openOf(peerConfig) },
  { type: 'message', way, message: keepalive },
]

test('any events in any order: never a throw, never a word on a connection that is not there', () => {
  const reached = new Set<SessionState>()
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), way, fc.nat(4), (others, first, head) => {
      const ours: SessionConfig = first === 'accepted' ? { ...config, mode: 'passive' } : config
      const events = [...opening(first).slice(0, head), ...others]
      let session: Session = initialSession
      const shell = new Shell()
      for (const event of events) {
        if (!shell.isPossible(event)) continue
        const [next, effects] = step(session, event, ours, 0.5)
        for (const effect of effects) shell.apply(effect)
        const answers = effects.filter(({ type }) => type === 'adopt' || type === 'refuse').length
        assert.equal(answers, event.type === 'connected' ? 1 : 0, 'each new connection is adopted or refused')
        session = next
        shell.assertFits(session)
        reached.add(session.state)
      }
    }),
    { numRuns: 250 },
  )
  assert.equal(reached.size, 6, 'every state was reached')
})
