/** Lines that must go another way, or are to be other than they were ordered. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Actor, sentenceOf } from '@vagus/api'
import { over, Scene } from './scene.ts'

const changed = (scene: Scene, change: Parameters<Scene['desk']['change']>[1], id = 'line-1') =>
  scene.desk.change(id, change)

test('a change is told once it is in force, with who asked for it', async () => {
  const scene = new Scene()
  await scene.ordered()
  const robot: Actor = { kind: 'agent', id: 'did:key:z6MkrJV', name: 'robot' }
  scene.bound({ rate: 30e6 })
  scene.join('did:key:z6MkrJV', 'robot', 'dc-east')
  await scene.desk.change('line-1', { bitsPerSecond: 30e6, avoid: 'r2' }, robot)
  assert.equal(sentenceOf(scene.told.at(-1)!), 'Line line-1 is to be otherwise: 30 Mbit/s, without r2 (by robot)')
  assert.equal(scene.line().because, 'it was moved: robot changed it')
  const told = scene.told.length
  await assert.rejects(scene.desk.change('line-1', { bitsPerSecond: 30e9 }, robot))
  assert.deepEqual(
    scene.told.slice(told).map(({ event, by }) => [event, by]),
    [['line.refused', robot]],
  )
})

describe('a line whose path fails', () => {
  test('is moved when a link of it is down: the new path is there before the old one goes', async () => {
    const scene = new Scene()
    await scene.ordered()
    scene.routers.calls.length = 0
    scene.down.add('r2-r4')
    await scene.seconds(1)
    assert.deepEqual(scene.routers.inForce, over('r3', 2))
    const { state, moves, because, path } = scene.line()
    assert.deepEqual([state, moves, because], ['active', 1, 'it was moved: r2-r4 is down'])
    assert.deepEqual(
      path?.hops.map(({ link }) => link),
      ['r1-r3', 'r3-r4'],
    )
    const steps = scene.routers.calls
      .filter(({ what }) => what !== 'measured')
      .map(({ what, part }) => `${what} ${part}`)
    assert.ok(steps.lastIndexOf('confirm steer') < steps.indexOf('release steer'))
    assert.match(
      scene.told.map(sentenceOf).at(-1)!,
      /^Line line-1 goes over r1-r3, r3-r4 now, \d+ ms after it had to: r2-r4 is down$/,
    )
    await scene.seconds(30)
    assert.equal(scene.line().moves, 1, 'it is not moved back')
  })

  test('stays where no other path is, says so once, and goes on when it can', async () => {
    const scene = new Scene()
    await scene.ordered()
    scene.down.add('r2-r4').add('r3-r4')
    await scene.seconds(30)
    assert.deepEqual(scene.routers.inForce, over('r2', 1))
    assert.deepEqual(scene.events, ['line.ordered', 'line.active', 'line.stuck'])
    assert.match(scene.line().because, /^it stays, though r2-r4 is down: .*r2-r4 is down/)
    scene.down.delete('r3-r4')
    await scene.seconds(10)
    assert.deepEqual([scene.routers.inForce, scene.events], [over('r3', 2), ['line.moved']])
    scene.down.add('r3-r4')
    await scene.seconds(1)
    scene.down.clear()
    await scene.seconds(1)
    assert.equal(scene.line().because, 'all its routers hold it, as before')
  })

  test('is moved when the agent of a router on the way is gone for long, not for a moment', async () => {
    const scene = new Scene()
    await scene.ordered()
    scene.routers.away.add('r2')
    await scene.seconds(4)
    scene.routers.away.clear()
    await scene.seconds(4)
    assert.equal(scene.line().moves, 0)
    scene.routers.away.add('r2')
    await scene.seconds(8)
    assert.equal(scene.line().because, 'it was moved: r2 has no agent that is connected')
    assert.deepEqual(scene.routers.inForce, ['hold 1 at r2', ...over('r3', 2)])
    scene.routers.away.clear()
    await scene.seconds(8)
    assert.deepEqual(scene.routers.inForce, over('r3', 2))
  })

  test('stays when the agent of an end is gone: its kernel goes on', async () => {
    const scene = new Scene()
    await scene.ordered()
    scene.routers.away.add('r4')
    await scene.seconds(20)
    assert.deepEqual(
      [scene.routers.inForce, scene.events],
      [over('r2', 1), ['line.ordered', 'line.active', 'line.stuck']],
    )
  })

  test('is moved when a router tells that its link carries less than the line needs, and stays where there is no other', async () => {
    const scene = new Scene()
    await scene.ordered()
    const problem = 'eth2 has 9 Mbit/s for lines now, and they need more'
    scene.routers.told.set('r2', { problem })
    await scene.seconds(8)
    assert.deepEqual([scene.routers.inForce, scene.line().because], [over('r3', 2), `it was moved: r2: ${problem}`])
    scene.routers.told.set('r3', { problem })
    scene.down.add('r1-r2')
    await scene.seconds(8)
    assert.deepEqual(
      [scene.routers.inForce, scene.events],
      [over('r3', 2), ['line.ordered', 'line.active', 'line.moved', 'line.stuck']],
    )
    scene.routers.told.delete('r3')
    await scene.seconds(8)
    assert.equal(scene.line().because, 'all its routers hold it, as before')
  })

  test('is moved off all its links when probes are lost for long', async () => {
    const scene = new Scene()
    await scene.ordered()
    await scene.seconds(6)
    assert.equal(scene.line().steered, true)
    scene.routers.told.set('r4', { steered: false })
    await scene.seconds(6)
    assert.deepEqual([scene.line().steered, scene.line().moves], [false, 0])
    await scene.seconds(6)
    assert.deepEqual(
      [scene.line().because, scene.routers.inForce],
      ['it was moved: its probes are lost', over('r3', 2)],
    )
  })

  test('is laid anew when a router has lost its part', async () => {
    const scene = new Scene()
    await scene.ordered()
    scene.routers.lose('r2')
    await scene.seconds(8)
    assert.deepEqual(scene.routers.inForce, over('r2', 2))
    assert.match(scene.line().because, /^it was moved: r2 does not tell of its hold of path 1: there is no lease/)
  })

  test('yields if it is the youngest where a link carries less than was promised', async () => {
    const scene = new Scene()
    await scene.ordered({ bitsPerSecond: 40e6 })
    await scene.ordered({ bitsPerSecond: 40e6 })
    const links = scene.config.links.map((link) => (link.name === 'r1-r2' ? { ...link, capacity: 60e6 } : link))
    scene.config = { ...scene.config, links }
    await scene.seconds(2)
    assert.deepEqual(
      ['line-1', 'line-2'].map((id) => [scene.line(id).moves, scene.line(id).path?.hops[0]?.link]),
      [
        [0, 'r1-r2'],
        [1, 'r1-r3'],
      ],
    )
    assert.equal(scene.line('line-2').because, 'it was moved: r1-r2 carries less than its lines need')
  })

  for (const [what, device, mood] of [
    ['prepare', 'r3', 'decline'],
    ['confirm', 'r4', 'decline'],
    ['prepare', 'r1', 'unanswered'],
    ['confirm', 'r1', 'unheard'],
  ] as const)
    test(`keeps its path when the move fails: ${device} is ${mood} at ${what}`, async () => {
      const scene = new Scene()
      await scene.ordered()
      scene.routers.moods.push({ what, device, mood })
      await assert.rejects(changed(scene, { avoid: 'r2' }), /; line-1 goes on as it was$/)
      await scene.seconds(30)
      assert.deepEqual([scene.routers.inForce, scene.line().state], [over('r2', 1), 'active'])
    })
})

describe('a change', () => {
  test('avoids a link or a node, and names what is near when there is none of that name', async () => {
    const scene = new Scene()
    await scene.ordered()
    await changed(scene, { avoid: 'r1-r2' })
    assert.deepEqual(scene.routers.inForce, over('r3', 2))
    await assert.rejects(
      changed(scene, { avoid: 'r1-r4' }),
      /"r1-r4" is neither a link nor a node of lines; is it r1-r2\?/,
    )
    scene.down.add('r1-r2')
    await assert.rejects(changed(scene, { avoid: 'r3' }), /r1-r2 is down/)
    assert.deepEqual(scene.routers.inForce, over('r3', 2))
    assert.equal(await changed(scene, { avoid: 'r3' }, 'line-9'), undefined)
  })

  test('avoids what it names, and not what an earlier one named', async () => {
    const scene = new Scene()
    await scene.ordered()
    await changed(scene, { avoid: 'r2' })
    await changed(scene, { avoid: 'r3' })
    assert.deepEqual(scene.routers.inForce, over('r2', 3))
    // Of the rate alone: what was avoided still is.
    await changed(scene, { bitsPerSecond: 30e6 })
    assert.deepEqual(scene.routers.inForce, over('r2', 4))
  })

  test('of the rate upwards needs room, and keeps what was when there is none', async () => {
    const scene = new Scene()
    await scene.ordered({ bitsPerSecond: 40e6 })
    await scene.ordered({ bitsPerSecond: 40e6 })
    await scene.ordered({ bitsPerSecond: 40e6 })
    assert.equal((await changed(scene, { bitsPerSecond: 80e6 }, 'line-3'))?.bitsPerSecond, 80e6)
    await assert.rejects(changed(scene, { bitsPerSecond: 50e6 }), /Mbit\/s is possible$/)
    assert.equal(scene.line().bitsPerSecond, 40e6)
    assert.deepEqual([scene.routers.heldOn('r1', 'eth1'), scene.routers.heldOn('r1', 'eth2')], [85.2e6, 85.2e6])
  })

  test('of the rate downwards makes room', async () => {
    const scene = new Scene()
    await scene.ordered({ bitsPerSecond: 80e6 })
    await changed(scene, { bitsPerSecond: 20e6 })
    assert.deepEqual([scene.routers.heldOn('r1', 'eth1'), scene.line().moves], [21.3e6, 1])
  })

  test('of the end makes leases longer or shorter, without another path', async () => {
    const scene = new Scene()
    await scene.ordered({ for: '60s' })
    await changed(scene, { end: '2026-11-28T03:03:00Z' })
    await scene.seconds(120)
    assert.deepEqual([scene.routers.inForce, scene.line().moves], [over('r2', 1), 0])
    await changed(scene, { end: '2026-11-28T03:02:10Z' })
    scene.routers.kill()
    scene.now += 20_000
    assert.deepEqual(scene.routers.inForce, [], 'also without the controller')
    await assert.rejects(changed(scene, { end: '2026-11-28T03:00:00Z' }), /"2026-11-28T03:00:00Z" is not after now/)
  })

  test('of the end that a router does not confirm changes nothing', async () => {
    const scene = new Scene()
    await scene.ordered({ for: '60s' })
    scene.routers.moods.push({ what: 'confirm', device: 'r2', mood: 'decline' })
    await assert.rejects(
      changed(scene, { end: '2026-11-28T03:10:00Z' }),
      /goes on as it was, until 2026-11-28T03:01:00/,
    )
    await scene.seconds(61)
    assert.deepEqual(scene.routers.inForce, [])
  })

  test('of one that is booked is another booking', async () => {
    const scene = new Scene()
    scene.desk.order(
      { from: 'dc-east', to: 'dc-west', bitsPerSecond: 20e6, for: '60s', start: '2026-11-28T04:00:00Z' },
      undefined,
    )
    await changed(scene, { bitsPerSecond: 30e6, avoid: 'r2' })
    assert.deepEqual(
      [scene.line().bitsPerSecond, scene.line().path?.hops[0]?.link, scene.routers.calls],
      [30e6, 'r1-r3', []],
    )
  })
})
