/** Private lines with routers in virtual time: all or nothing, and what is neither is named. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { operator } from '@vagus/api/actor'
import { sentenceOf } from '@vagus/api'
import { lineListSchema, lineQuoteSchema, lineResourceSchema } from '@vagus/api/lines'
import { over, request, Scene } from './scene.ts'

describe('an order', () => {
  test('is held by all routers, then steered into at both ends', async () => {
    const scene = new Scene()
    const { line } = scene.desk.order(request, undefined)
    assert.equal(line.state, 'setting-up')
    await scene.settled()
    const active = lineResourceSchema.parse(scene.line())
    assert.deepEqual(
      [active.state, active.number, active.setUpMs, active.path?.hops.map(({ link }) => link)],
      ['active', 1, 0, ['r1-r2', 'r2-r4']],
    )
    assert.deepEqual(scene.routers.inForce, over('r2', 1))
    const asked = scene.routers.calls.map(({ what, part, device }) => `${what} ${part} ${device}`)
    assert.deepEqual(asked, [
      ...['r1', 'r2', 'r4'].map((device) => `prepare hold ${device}`),
      ...['r1', 'r2', 'r4'].map((device) => `confirm hold ${device}`),
      ...['r1', 'r4'].map((device) => `prepare steer ${device}`),
      ...['r1', 'r4'].map((device) => `confirm steer ${device}`),
    ])
    assert.deepEqual(scene.told.map(sentenceOf), [
      'Line line-1 from dc-east to dc-west is ordered: 20 Mbit/s, from 2026-11-28T03:00:00.000Z to 2026-11-28T04:00:00.000Z (by operator)',
      'Line line-1 from dc-east to dc-west is there: 20 Mbit/s over r1-r2, r2-r4, 0 ms after it was asked for (by operator)',
    ])
    lineListSchema.parse(scene.desk.list({}))
    assert.deepEqual(
      scene.desk.list({ state: 'booked' }).items.map(({ id }) => id),
      [],
    )
  })

  test('is quoted before, and refused with what would be possible where there is no room', async () => {
    const scene = new Scene()
    assert.equal(lineQuoteSchema.parse(scene.desk.quote(request)).possible, true)
    const quote = lineQuoteSchema.parse(scene.desk.quote({ ...request, bitsPerSecond: 95e6 }))
    assert.equal(quote.possible, false)
    assert.match(quote.alternative ?? '', /^84\.\d Mbit\/s is possible$/)
    assert.throws(() => scene.desk.order({ ...request, bitsPerSecond: 95e6 }, undefined), {
      message: `${quote.because}; ${quote.alternative}`,
    })
    assert.deepEqual(scene.events, ['line.refused'])
    assert.deepEqual([scene.book.all, scene.routers.calls], [[], []])
  })

  test('that makes no sense is refused with what would be right', () => {
    const { desk } = new Scene()
    assert.throws(() => desk.order({ ...request, for: '32d' }, undefined), { message: 'for: "32d" must be 1s to 31d' })
    assert.throws(
      () => desk.order({ ...request, start: '2026-11-27T00:00:00Z' }, undefined),
      /and the 1h from then are over$/,
    )
    assert.throws(
      () => desk.order({ ...request, to: 'dc-nord' }, undefined),
      /dc-nord is at no router that takes lines/,
    )
    assert.throws(() => desk.order({ ...request, to: 'internet' }, undefined), /internet is at no router/)
  })

  test('with the same key is the same line; with the key of another order it is refused', async () => {
    const scene = new Scene()
    const first = scene.desk.order(request, 'k')
    const second = scene.desk.order(request, 'k')
    assert.deepEqual([first.type, second.type, second.line.id], ['ordered', 'known', first.line.id])
    await scene.settled()
    scene.crash()
    assert.equal(scene.desk.order(request, 'k').line.id, first.line.id)
    assert.throws(
      () => scene.desk.order({ ...request, for: '2h' }, 'k'),
      /^ProblemError: the key of line-1 came with another/,
    )
    assert.equal(scene.book.all.length, 1)
  })

  test('that comes with others takes what they leave: no link is promised beyond its share', async () => {
    const scene = new Scene()
    const ids = [40e6, 40e6, 40e6, 40e6].map((bitsPerSecond) =>
      scene.desk.order({ ...request, bitsPerSecond }, undefined),
    )
    assert.throws(() => scene.desk.order({ ...request, bitsPerSecond: 40e6 }, undefined), /Mbit\/s is possible$/)
    await scene.settled()
    assert.deepEqual(
      ids.map(({ line }) => scene.line(line.id).state),
      ['active', 'active', 'active', 'active'],
    )
    for (const [device, name] of [
      ['r1', 'eth1'],
      ['r1', 'eth2'],
      ['r4', 'eth1'],
    ] as const)
      assert.ok(scene.routers.heldOn(device, name) <= 90e6, `${device} ${name}`)
  })

  test('is failed when an end declines, and nothing of it is left', async () => {
    const scene = new Scene()
    scene.routers.moods.push({ what: 'prepare', device: 'r4', mood: 'decline' })
    const { state, because } = await scene.ordered()
    assert.deepEqual(
      [state, because],
      ['failed', 'r4 does not take its hold of path 1: 12 Mbit/s are free (RESOURCE); nothing was changed'],
    )
    assert.deepEqual([scene.routers.inForce, scene.events], [[], ['line.ordered', 'line.failed']])
  })

  test('goes another way when a router on the way declines', async () => {
    const scene = new Scene()
    scene.routers.moods.push({ what: 'prepare', device: 'r2', mood: 'decline' })
    assert.equal((await scene.ordered()).state, 'active')
    assert.deepEqual(scene.routers.inForce, over('r3', 2))
  })

  for (const what of ['prepare', 'confirm'] as const)
    for (const mood of ['decline', 'unheard', 'unanswered'] as const)
      for (const device of ['r1', 'r2', 'r4'])
        test(`leaves nothing unowned where a router is ${mood} at ${what}: ${device}`, async () => {
          const scene = new Scene()
          scene.routers.moods.push({ what, device, mood })
          const { state } = await scene.ordered()
          await scene.seconds(30)
          const expected = device === 'r2' ? ['active', over('r3', 2)] : ['failed', []]
          assert.deepEqual([state, scene.routers.inForce], expected)
        })

  test('is not begun when the disk does not take it', () => {
    const scene = new Scene()
    scene.keeper.isFull = true
    assert.throws(() => scene.desk.order(request, undefined), { message: 'the disk is full' })
    assert.deepEqual([scene.book.all, scene.routers.calls], [[], []])
  })

  test('for later is booked, keeps its room, and is there in time', async () => {
    const scene = new Scene()
    const { line } = scene.desk.order({ ...request, bitsPerSecond: 80e6, start: '2026-11-28T03:01:00Z' }, undefined)
    assert.equal(line.state, 'booked')
    scene.desk.order({ ...request, bitsPerSecond: 80e6, for: '60s' }, undefined)
    scene.desk.order({ ...request, bitsPerSecond: 80e6, for: '2h' }, undefined)
    assert.throws(() => scene.desk.order({ ...request, bitsPerSecond: 80e6, for: '2h' }, undefined), /is possible/)
    await scene.settled()
    await scene.seconds(54)
    assert.equal(scene.line('line-1').state, 'booked')
    await scene.seconds(8)
    assert.deepEqual(
      ['line-1', 'line-2', 'line-3'].map((id) => scene.line(id).state),
      ['active', 'released', 'active'],
    )
  })
})

describe('a line that was booked', () => {
  const start = '2026-11-28T03:01:00Z'

  test('is tried again where routers still hold for one that ends as it begins', async () => {
    const scene = new Scene()
    scene.desk.order({ ...request, start }, undefined)
    for (let time = 0; time < 6; time++) scene.routers.moods.push({ what: 'prepare', device: 'r1', mood: 'decline' })
    await scene.seconds(57)
    assert.match(scene.line().because, /^it is tried again: r1 does not take its hold of path \d+: 12 Mbit\/s are free/)
    await scene.seconds(6)
    assert.deepEqual([scene.line().state, scene.events], ['active', ['line.ordered', 'line.active']])
  })

  test('has failed when it is still declined well after its start', async () => {
    const scene = new Scene()
    scene.desk.order({ ...request, start }, undefined)
    for (let time = 0; time < 60; time++) scene.routers.moods.push({ what: 'prepare', device: 'r1', mood: 'decline' })
    await scene.seconds(72)
    assert.deepEqual([scene.line().state, scene.routers.inForce], ['failed', []])
  })
})

describe('a line', () => {
  test('is released at its end: first what is steered into it', async () => {
    const scene = new Scene()
    await scene.ordered({ for: '60s' })
    scene.routers.calls.length = 0
    await scene.seconds(61)
    const released = scene.routers.calls.filter(({ what }) => what === 'release').map(({ part }) => part)
    assert.deepEqual(released.slice(0, 5), ['steer', 'steer', 'hold', 'hold', 'hold'])
    assert.deepEqual(
      [scene.routers.inForce, scene.line().state, scene.line().because],
      [[], 'released', 'its time was over'],
    )
    assert.deepEqual(scene.events, ['line.ordered', 'line.active', 'line.released'])
  })

  test('is released by the operator before, and by nobody twice', async () => {
    const scene = new Scene()
    await scene.ordered()
    assert.equal((await scene.desk.release('line-1'))?.because, 'the operator released it')
    assert.deepEqual(scene.told.at(-1)?.by, operator)
    assert.deepEqual(scene.routers.inForce, [])
    await assert.rejects(scene.desk.release('line-1'), { message: 'line-1 is released: the operator released it' })
    assert.equal(await scene.desk.release('line-9'), undefined)
  })

  test('is released while it is being set up', async () => {
    const scene = new Scene()
    scene.desk.order(request, undefined)
    await scene.desk.release('line-1')
    assert.deepEqual([scene.line().state, scene.routers.inForce], ['released', []])
  })

  test('that cannot be released everywhere names what is left, and releases it once its agent is back', async () => {
    const scene = new Scene()
    await scene.ordered()
    scene.routers.away.add('r4')
    const { because } = (await scene.desk.release('line-1'))!
    assert.match(
      because,
      /^the operator released it; not released yet: the steer of path 1 at r4, which ends by itself at 2026/,
    )
    assert.deepEqual(scene.routers.inForce, ['hold 1 at r1', 'hold 1 at r2', 'hold 1 at r4', 'steer 1 at r4'])
    scene.routers.away.clear()
    await scene.seconds(12)
    assert.deepEqual(scene.routers.inForce, [])
  })

  test('ends by itself where controller and agents are gone', async () => {
    const scene = new Scene()
    await scene.ordered({ for: '60s' })
    scene.routers.kill()
    scene.now += 70_000
    assert.deepEqual(scene.routers.inForce, [])
  })

  test('does not use the number of its path again while packets may be under way', async () => {
    const scene = new Scene()
    await scene.ordered()
    await scene.desk.release('line-1')
    assert.equal((await scene.ordered()).number, 2)
    assert.equal(scene.book.find('line-1')?.laid.length, 1)
    await scene.seconds(61)
    assert.equal(scene.book.find('line-1')?.laid.length, 0)
  })

  test('has minutes, a last one, and what its path has free', async () => {
    const scene = new Scene()
    await scene.ordered()
    let octets = 0
    for (let step = 0; step < 28; step++) {
      octets += 1278 * 1000
      const sent = [{ octets, packets: octets / 1278, dropped: step }]
      const probes = { sent: 50 * step, lost: step, p50: 1200, p99: 2400 }
      for (const device of ['r1', 'r4']) scene.routers.told.set(device, { sent, probes, steered: true })
      scene.routers.told.set('r2', { sent: [sent[0]!, sent[0]!] })
      await scene.seconds(5)
    }
    const { minutes, last, path, steered } = lineResourceSchema.parse(scene.line())
    assert.equal(minutes.length, 2)
    assert.deepEqual(minutes[1], {
      at: '2026-11-28T03:01:00.000Z',
      seconds: 60,
      delivered: { forth: 1_920_000, back: 1_920_000 },
      dropped: { forth: 24, back: 24 },
      roundTripMs: { p50: 1.2, p99: 2.4 },
      probes: { sent: 1200, lost: 24 },
    })
    assert.deepEqual([last?.delivered.forth, steered, path?.free], [1_920_000, true, 90e6 - 21.3e6])
  })
})
