import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DevicePolicy } from '@vagus/api/telemetry'
import { Actuator, defaultActuatorLimits, defaultClasses } from '@vagus/bgp/actuation'
import type { Router, RouterRoute } from '@vagus/router'
import type { Speaker } from '@vagus/speaker'
import { eventually } from '../../../scripts/eventually.ts'
import { ActuationService } from '../src/actuation.ts'

const as = 64512
const prefix = '10.16.0.0/16'
const asked = { owner: 'marek', prefix, interface: 'eth1', class: 1, lifetime: 30 }
const place = {
  ifIndex: 4,
  name: 'eth1',
  local: '10.9.0.0',
  remote: '10.9.0.1',
  neighbour: { as: 64600 },
  sessions: ['transit', 'transit6'],
}
const route = (change: Partial<RouterRoute> = {}): RouterRoute => {
  return { prefix, nextHop: '10.9.1.1', asPath: [64701], largeCommunities: [], med: 100, ...change }
}

/** A BIRD with a protocol for each IP version; `told`: what the one for IPv4 tells, from the nth question on. */
function serviceBeside({
  told = [route()],
  used = route(),
  now = () => performance.now(),
  hasRoute = () => true,
  asking = async (): Promise<void> => {},
  policy = { state: 'in-place', missing: [], problems: [] } as DevicePolicy,
}) {
  const done: string[] = []
  const deeds: string[] = []
  const watched: (readonly string[])[] = []
  let questions = 0
  const speaker: Pick<Speaker, 'announce' | 'withdraw' | 'watch' | 'routes'> = {
    announce: async () => void done.push('announce'),
    withdraw: async () => void done.push('withdraw'),
    watch: async (_, prefixes) => void watched.push(prefixes as readonly string[]),
    routes: async () => ({
      routes: hasRoute()
        ? [
            {
              prefix,
              paths: [
                { attributes: { origin: 0, asPath: [{ type: 2, as: [64701] }], nextHop: Uint8Array.of(10, 9, 1, 1) } },
              ],
            },
          ]
        : [],
      total: 1,
    }),
  }
  const router = {
    kind: 'bird',
    route: async () => used,
    advertised: async (neighbour: string) => {
      await asking()
      return neighbour === 'transit' ? told[Math.min(questions++, told.length - 1)] : undefined
    },
  } as unknown as Router // sound: nothing else of it is asked
  const service = new ActuationService({
    actuator: new Actuator({ as, bgpIdentifier: 99, run: 'test', classes: defaultClasses, ...defaultActuatorLimits }),
    speaker,
    router,
    as,
    classes: defaultClasses,
    places: () => [place],
    policy: async () => policy,
    alsoWatched: [],
    now,
    report: () => {},
    tell: ({ event, fields, by }) => deeds.push(`${event} ${fields['class']} ${fields['why'] ?? ''} by ${by.kind}`),
  })
  service.sessionChanged('established')
  return { service, done, watched, deeds }
}

test('a class ends by itself also when the timer comes before its time', async () => {
  let questions = 0
  // Behind by more than the lifetime until the timer has come once, as after the clock was set back.
  const { service, done } = serviceBeside({
    told: [route({ med: 10 })],
    now: () => (questions++ < 6 ? 1000 : 1000 + questions),
  })
  await service.apply({ ...asked, lifetime: 5 })
  await eventually('it ends', () => service.active().length === 0)
  assert.deepEqual(done, ['announce', 'withdraw'])
})

test('a neighbour that is not told of the prefix at all does not make a receipt fail', async () => {
  const { service } = serviceBeside({ told: [route(), route({ med: 10 })] })
  const receipt = await service.apply(asked)
  assert.ok('actuation' in receipt)
  assert.deepEqual(
    receipt.after.map(({ neighbour, med }) => [neighbour, med]),
    [['transit', 10]],
  )
  assert.notEqual(receipt.verifiedAfter, null)
})

test('prepending counts as seen when the path is longer by it, and not before', async () => {
  const longer = route({ asPath: [as, as, as, 64701] })
  const { service } = serviceBeside({ told: [route(), route(), longer] })
  const receipt = await service.apply({ ...asked, class: 8 })
  assert.ok('actuation' in receipt && receipt.verifiedAfter !== null)
  assert.equal(receipt.after[0]?.asPathLength, 4)
})

test("the router's own prefix is refused: it takes no route whose next hop it is", async () => {
  const { service } = serviceBeside({ used: route({ nextHop: '0.0.0.0' }) })
  const plan = await service.plan(asked)
  assert.ok('code' in plan)
  assert.equal(plan.code, 'originated')
})

test('without the policy for the links that there are now nothing is asked for, for it could go to another link', async () => {
  const line = 'bgp large-community-list standard VAGUS-eth1-1 seq 5 permit 64512:77000004:1'
  for (const state of ['absent', 'incomplete'] as const) {
    const { service, done } = serviceBeside({ policy: { state, missing: [line], problems: [] } })
    for (const refused of [await service.plan(asked), await service.apply(asked)]) {
      assert.ok('code' in refused)
      assert.equal(refused.code, 'policy')
      assert.match(refused.problem, /VAGUS-eth1-1 .*; "vagus device policy DEVICE --apply" installs what is missing$/)
    }
    assert.deepEqual(done, [])
  }
  const { service } = serviceBeside({ policy: { state: 'incomplete', missing: [], problems: ['10.0.1.2 …'] } })
  assert.ok('prefix' in (await service.plan(asked)))
})

test('a route that goes while the neighbours are asked is not announced', async () => {
  let hasRoute = true
  const { service, done } = serviceBeside({
    hasRoute: () => hasRoute,
    asking: async () => {
      if (!hasRoute) return
      await sleep(1)
      hasRoute = false
      service.routesChanged({ type: 'routes', peer: 'router', changes: [{ prefix, paths: [] }] })
    },
  })
  const refused = await service.apply(asked)
  assert.ok('code' in refused)
  assert.deepEqual([refused.code, done], ['no-route', []])
})

test('whoever wants to know is told of each end in its moment, and why', async () => {
  const { service } = serviceBeside({ told: [route({ med: 10 })] })
  const ends: string[] = []
  service.onEnded(({ id }, why) => ends.push(`${id} ${why}`))
  const first = await service.apply(asked)
  const second = await service.apply({ ...asked, lifetime: 60_000 })
  assert.ok('actuation' in first && 'actuation' in second)
  await service.undo(second.actuation.id, asked.owner)
  const third = await service.apply({ ...asked, lifetime: 60_000 })
  assert.ok('actuation' in third)
  service.sessionChanged('other')
  assert.deepEqual(ends, [
    `${first.actuation.id} replaced`,
    `${second.actuation.id} undone`,
    `${third.actuation.id} session-lost`,
  ])
})

test('what is told there can be asked without asking for a class', async () => {
  const { service } = serviceBeside({ told: [route({ med: 7 })] })
  assert.deepEqual(await service.toldAt('eth1', prefix), [{ neighbour: 'transit', med: 7, asPathLength: 1 }])
  await assert.rejects(service.toldAt('eth2', prefix), /no link at interface "eth2"; there are: eth1/)
})

test('a prefix is watched until its request is done, whatever ends meanwhile', async () => {
  const begun = Promise.withResolvers<void>()
  const going = Promise.withResolvers<void>()
  let asking = async (): Promise<void> => {}
  const { service, watched } = serviceBeside({ told: [route({ med: 10 })], asking: () => asking() })
  await service.apply({ ...asked, prefix: '10.17.0.0/16' })
  asking = () => (begun.resolve(), going.promise)
  const applied = service.apply(asked)
  await begun.promise
  await service.undoAll()
  assert.deepEqual(watched.at(-1), [prefix])
  going.resolve()
  await applied
  await service.undoAll()
  assert.deepEqual(watched.at(-1), [])
})

test('a router that could not be asked is no "not told", and verifies nothing', async () => {
  const problem = 'did not answer within 10000 ms'
  let questions = 0
  const { service } = serviceBeside({
    told: [route({ med: 10 })],
    asking: async () => {
      questions++
      throw new Error(problem)
    },
  })
  const unknown = place.sessions.map((neighbour) => ({ neighbour, med: null, asPathLength: null, unknown: problem }))
  const receipt = await service.apply(asked)
  assert.ok('actuation' in receipt)
  assert.deepEqual([receipt.before, receipt.after, receipt.verifiedAfter], [unknown, unknown, null])
  assert.equal(questions, 4) // where nothing can be verified, it is not asked again and again
})

test('what is set, replaced and ended is recorded, each with who asked for it', async () => {
  const { service, deeds } = serviceBeside({ told: [route({ med: 10 })] })
  const first = await service.apply(asked)
  assert.ok('actuation' in first)
  await service.undo(first.actuation.id, 'marek')
  await service.apply({ ...asked, owner: 'steering' })
  service.sessionChanged('other')
  await eventually('it ends', () => deeds.length === 4)
  assert.deepEqual(deeds, [
    'class.set 1  by operator',
    'class.ended 1 undone by operator',
    'class.set 1  by controller',
    'class.ended 1 session-lost by controller',
  ])
})
