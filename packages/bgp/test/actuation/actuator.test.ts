import assert from 'node:assert/strict'
import { describe, test as nodeTest } from 'node:test'
import fc from 'fast-check'
import {
  type ActuationRequest,
  Actuator,
  defaultActuatorLimits,
  defaultClasses,
  type Effect,
  type OriginalPath,
  textOfLargeCommunity,
} from '../../src/actuation/index.ts'
import { hex } from '../octets.ts'

const config = { as: 64512, bgpIdentifier: 99, run: 'k7f', classes: defaultClasses, ...defaultActuatorLimits }
const prefix = '10.16.0.0/16'
const path: OriginalPath = {
  attributes: {
    origin: 0,
    asPath: [{ type: 2, as: [64701] }],
    nextHop: hex('0a010002'),
    localPref: 100,
    communities: [0xfde9_0001],
    largeCommunities: [{ globalAdministrator: 64512, localData1: 5, localData2: 6 }],
  },
}
const reflected: OriginalPath = {
  attributes: { ...path.attributes, nextHop: hex('0a000001'), originatorId: 1, clusterList: [5] },
}
const request: ActuationRequest = { owner: 'marek', prefix, ifIndex: 4, class: 1, lifetime: 60_000 }
const communitiesOf = ({ attributes }: OriginalPath): readonly string[] =>
  (attributes.largeCommunities ?? []).map(textOfLargeCommunity)

let actuator: Actuator
/** With an actuator of its own: a hook would run before that of another test, for in one process tests run side by side. */
function test(title: string, body: () => void): void {
  void nodeTest(title, () => {
    actuator = new Actuator(config)
    actuator.sessionUp()
    body()
  })
}
const apply = (change: Partial<ActuationRequest> = {}, paths: readonly OriginalPath[] = [path], now = 1000) => {
  const done = actuator.apply({ ...request, ...change }, paths, undefined, now)
  assert.ok(!('code' in done), JSON.stringify(done))
  return done
}
const codeOf = (change: Partial<ActuationRequest>, paths = [path], now = 1000) => {
  const plan = actuator.plan({ ...request, ...change }, paths, undefined, now)
  return 'code' in plan ? plan.code : 'planned'
}

describe('what is announced', () => {
  test("the router's own route with a community more: same prefix, next hop and path", () => {
    const { effects, actuation } = apply()
    const [announced, ...more] = effects
    assert.ok(announced?.type === 'announce' && more.length === 0)
    assert.deepEqual(communitiesOf(announced.route), ['64512:5:6', '64512:77000004:1'])
    const { largeCommunities: _, ...rest } = announced.route.attributes
    const { largeCommunities: __, ...original } = path.attributes
    assert.deepEqual(rest, original)
    assert.deepEqual([actuation.appliedAt, actuation.expiresAt], [1000, 61_000])
  })

  test('a route that came over iBGP is marked, so that the router does not pass it on there (RFC 4271 §9.2)', () => {
    const [announced] = apply({}, [reflected]).effects
    assert.ok(announced?.type === 'announce')
    assert.ok(communitiesOf(announced.route).includes('64512:77:1'))
    assert.deepEqual(
      [announced.route.attributes.originatorId, announced.route.attributes.clusterList],
      [undefined, undefined],
    )
  })

  test('of several paths the one with the next hop that the router uses (RFC 7911)', () => {
    const plan = actuator.plan(request, [path, reflected], hex('0a000001'), 0)
    assert.ok(!('code' in plan))
    assert.deepEqual(plan.original, reflected)
  })

  test('two links of one prefix share the route, and end one by one', () => {
    const first = apply()
    const [both] = apply({ ifIndex: 5, class: 6 }).effects
    assert.ok(both?.type === 'announce')
    assert.deepEqual(communitiesOf(both.route).slice(1), ['64512:77000004:1', '64512:77000005:6'])
    const [left, ended] = actuator.undo(first.actuation.id, 'marek') as readonly Effect[]
    assert.ok(left?.type === 'announce' && ended?.type === 'ended')
    assert.deepEqual(communitiesOf(left.route).slice(1), ['64512:77000005:6'])
  })

  test("what a fellow router's agent asked for is not repeated, and its route is an original here (RFC 4456 §8)", () => {
    const fellow = new Actuator({ ...config, bgpIdentifier: 1 })
    fellow.sessionUp()
    const asked = fellow.plan(request, [path], undefined, 0)
    assert.ok(!('code' in asked))
    const told = { attributes: { ...asked.route.attributes, originatorId: 1 } }
    const [announced] = apply({ ifIndex: 7, class: 2 }, [told]).effects
    assert.ok(announced?.type === 'announce')
    assert.deepEqual(communitiesOf(announced.route), ['64512:5:6', '64512:77000007:2', '64512:77:1'])
  })

  test('the same link again takes the place of the actuation before', () => {
    const first = apply()
    const second = apply({ class: 2 })
    assert.deepEqual(second.effects.at(-1), { type: 'ended', actuation: first.actuation, why: 'replaced' })
    assert.deepEqual(actuator.actuations(), [second.actuation])
  })
})

test('a receipt of the agent before its restart takes nothing back', () => {
  const { id } = apply().actuation
  assert.equal(id, '10.16.0.0/16@4#k7f.1')
  actuator = new Actuator({ ...config, run: 'b2c' })
  actuator.sessionUp()
  const { actuation } = apply()
  assert.deepEqual(actuator.undo(id, 'marek'), [])
  assert.deepEqual(actuator.actuations(), [actuation])
})

describe('what is refused', () => {
  test('a prefix that the router has not got, or only from us', () => {
    const own: OriginalPath = { attributes: { ...path.attributes, originatorId: 99 } }
    const [announced] = apply().effects
    assert.ok(announced?.type === 'announce')
    assert.deepEqual(
      [codeOf({}, []), codeOf({}, [own]), codeOf({}, [announced.route])],
      ['no-route', 'no-route', 'no-route'],
    )
  })

  test('a class that is not on the ladder, a time that is too long or none', () => {
    assert.deepEqual(
      [codeOf({ class: 9 }), codeOf({ lifetime: 0 }), codeOf({ lifetime: Number.NaN }), codeOf({ lifetime: 1e9 })],
      ['unknown-class', 'too-long', 'too-long', 'too-long'],
    )
  })

  test('what another owns, to change and to undo', () => {
    const { actuation } = apply()
    assert.equal(codeOf({ owner: 'lin', ifIndex: 9 }), 'owned')
    const undone = actuator.undo(actuation.id, 'lin')
    assert.ok('code' in undone && undone.code === 'owned')
  })

  test('more than the limits, until a minute later', () => {
    actuator = new Actuator({ ...config, maxActive: 2, maxPerMinute: 3 })
    actuator.sessionUp()
    apply()
    apply({ ifIndex: 5 })
    assert.equal(codeOf({ ifIndex: 6 }), 'too-many')
    apply()
    assert.equal(codeOf({}), 'too-fast')
    assert.equal(codeOf({}, [path], 61_001), 'planned')
  })

  test('anything while there is no session', () => {
    assert.equal((actuator.sessionDown(), codeOf({})), 'no-session')
  })
})

describe('when it ends', () => {
  test("at once when the router's own route goes", () => {
    const { actuation } = apply()
    assert.deepEqual(actuator.routeChanged(prefix, []), [
      { type: 'withdraw', prefix },
      { type: 'ended', actuation, why: 'original-gone' },
    ])
    assert.deepEqual(actuator.routeChanged(prefix, [path]), [])
  })

  test('follows the next hop when the route changes, and says nothing when it does not', () => {
    apply()
    assert.deepEqual(actuator.routeChanged(prefix, [path]), [])
    const [moved] = actuator.routeChanged(prefix, [reflected])
    assert.ok(moved?.type === 'announce')
    assert.deepEqual(moved.route.attributes.nextHop, hex('0a000001'))
  })

  test("follows the router's own choice when the path that it used is drained (RFC 8326)", () => {
    const drained: OriginalPath = { attributes: { ...path.attributes, localPref: 0 } }
    const other: OriginalPath = { attributes: { ...reflected.attributes, localPref: 90 } }
    const hopOf = (effects: readonly Effect[]) =>
      effects.map((effect) => effect.type === 'announce' && effect.route.attributes.nextHop)
    assert.ok(!('code' in actuator.apply(request, [path, other], hex('0a010002'), 1000)))
    assert.deepEqual(hopOf(actuator.routeChanged(prefix, [drained, other])), [hex('0a000001')])
    // Also when the router still names ours, because it uses that.
    assert.deepEqual(hopOf(apply({ ifIndex: 5 }, [drained, other]).effects), [hex('0a000001')])
  })

  test('stays with a path that the router used against the attributes, as long as the path stays as it is', () => {
    const better: OriginalPath = { attributes: { ...reflected.attributes, localPref: 200 } }
    const changed: OriginalPath = { attributes: { ...path.attributes, localPref: 50 } }
    assert.ok(!('code' in actuator.apply(request, [path, better], hex('0a010002'), 1000)))
    assert.deepEqual(actuator.routeChanged(prefix, [better, path]), [])
    const [moved] = actuator.routeChanged(prefix, [changed, better])
    assert.ok(moved?.type === 'announce')
    assert.deepEqual(moved.route.attributes.nextHop, hex('0a000001'))
  })

  test('when its time is over; a session that is lost has ended all without a message', () => {
    const first = apply()
    assert.deepEqual([actuator.nextExpiry(), actuator.expire(60_999)], [61_000, []])
    assert.deepEqual(actuator.expire(61_000)[1], { type: 'ended', actuation: first.actuation, why: 'expired' })
    const second = apply()
    assert.deepEqual(actuator.sessionDown(), [{ type: 'ended', actuation: second.actuation, why: 'session-lost' }])
    actuator.sessionUp()
    assert.deepEqual(actuator.actuations(), [])
  })
})

test('in any order of events, the router holds a route of ours exactly for what is active and has an original', () => {
  const prefixes = ['10.16.0.0/16', '10.17.0.0/16', '2001:db8:16::/48']
  const event = fc.record(
    {
      type: fc.constantFrom('apply', 'undo', 'route', 'gone', 'up', 'down', 'expire'),
      prefix: fc.constantFrom(...prefixes),
      ifIndex: fc.integer({ min: 1, max: 3 }),
      class: fc.integer({ min: 1, max: 9 }),
      owner: fc.constantFrom('marek', 'lin'),
      lifetime: fc.integer({ min: 1, max: 5000 }),
      after: fc.nat(2000),
    },
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const one = new Actuator({ ...config, maxActive: 4, maxPerMinute: 10 })
      /** What a router would do. */
      const originals = new Set<string>()
      let injected = new Set<string>()
      let [now, session] = [0, 'down']
      const play = (effects: readonly Effect[]): void => {
        for (const effect of effects) {
          if (effect.type === 'ended') continue
          assert.equal(session, 'up')
          if (effect.type === 'withdraw') assert.ok(injected.delete(effect.prefix))
          else {
            assert.ok(originals.has(effect.prefix), 'a prefix that the router has not got')
            injected.add(effect.prefix)
          }
        }
      }
      for (const { type, after, prefix: of, ...asked } of events) {
        now += after
        if (type === 'apply') {
          const done = one.apply({ ...asked, prefix: of }, originals.has(of) ? [path] : [], undefined, now)
          if (!('code' in done)) play(done.effects)
        } else if (type === 'undo') {
          const undone = one.undo(one.actuations()[0]?.id ?? '', asked.owner)
          if (!('code' in undone)) play(undone)
        } else if (type === 'route' || type === 'gone') {
          if (type === 'route') originals.add(of)
          else originals.delete(of)
          play(one.routeChanged(of, type === 'route' ? [path] : []))
        } else if (type === 'expire') play(one.expire(now))
        else if (type === 'up') {
          session = 'up'
          one.sessionUp()
        } else {
          session = 'down'
          injected = new Set()
          assert.ok(one.sessionDown().every((effect) => effect.type === 'ended'))
        }
        assert.deepEqual(injected, new Set(one.actuations().map((active) => active.prefix)))
        assert.ok(one.actuations().length <= 4)
        for (const active of one.actuations()) assert.ok(originals.has(active.prefix))
      }
    }),
    { numRuns: 300 },
  )
})
