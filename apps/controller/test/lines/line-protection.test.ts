/** Lines with a second path: its ends take it by themselves, and what is held beside it follows. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sentenceOf } from '@vagus/api'
import { lineQuoteSchema, lineResourceSchema } from '@vagus/api/lines'
import { over, request, Scene } from './scene.ts'

const protect = true

describe('a line that is protected', () => {
  test('is quoted and refused with its second path', () => {
    const scene = new Scene()
    const quote = lineQuoteSchema.parse(scene.desk.quote({ ...request, protect }))
    assert.deepEqual(
      quote.protection?.hops.map(({ link }) => link),
      ['r1-r3', 'r3-r4'],
    )
    scene.down.add('r3-r4')
    const { possible, because, alternative } = scene.desk.quote({ ...request, protect })
    assert.deepEqual([possible, alternative], [false, 'it is possible without protection'])
    assert.match(because, /^r1 – r2 – r4 has room for it, but there is no second path/)
  })

  test('is held over both paths, and keeps room on both', async () => {
    const scene = new Scene()
    const line = lineResourceSchema.parse(await scene.ordered({ protect, bitsPerSecond: 50e6 }))
    assert.deepEqual(
      [line.state, line.number, line.protection?.state, line.protection?.hops.map(({ link }) => link)],
      ['active', 1, 'ready', ['r1-r3', 'r3-r4']],
    )
    assert.deepEqual(scene.routers.inForce, [...over('r2', 1), ...over('r3', 2)].sort())
    assert.deepEqual(scene.routers.standby, [2])
    assert.deepEqual(scene.told.map(sentenceOf).slice(2), ['Line line-1 is protected by a second path, r1-r3, r3-r4'])
    assert.throws(() => scene.desk.order({ ...request, bitsPerSecond: 50e6 }, undefined), /is possible$/)
  })

  test('goes over it when the first fails, at once and without anything being laid, and is protected again when it can', async () => {
    const scene = new Scene()
    await scene.ordered({ protect })
    scene.routers.calls.length = 0
    scene.told.length = 0
    scene.down.add('r2-r4')
    await scene.seconds(1)
    assert.deepEqual(scene.routers.inForce, over('r3', 2))
    const { state, moves, because, number, protection } = scene.line()
    assert.deepEqual([state, moves, number, protection?.state], ['active', 1, 2, 'missing'])
    assert.equal(because, 'it went to the path that protected it: r2-r4 is down')
    assert.ok(scene.routers.calls.every(({ what }) => what !== 'prepare'))
    await scene.seconds(15)
    assert.deepEqual(scene.told.map(sentenceOf), [
      'Line line-1 goes over the path that protected it, r1-r3, r3-r4: r2-r4 is down',
      `Line line-1 has no second path: ${scene.line().protection!.because}`,
    ])
    scene.down.delete('r2-r4')
    await scene.seconds(12)
    assert.deepEqual(scene.routers.inForce, [...over('r3', 2), ...over('r2', 3)].sort())
    assert.equal(scene.line().protection?.state, 'ready')
    assert.deepEqual(scene.events, ['line.switched', 'line.unprotected', 'line.protected'])
    assert.equal(scene.line().moves, 1, 'it is not moved back')
  })

  test('loses its second path alone when that fails, is told once, and gets it back', async () => {
    const scene = new Scene()
    await scene.ordered({ protect })
    scene.told.length = 0
    scene.down.add('r3-r4')
    await scene.seconds(25)
    assert.deepEqual(scene.routers.inForce, over('r2', 1))
    assert.deepEqual([scene.line().moves, scene.line().protection?.state], [0, 'missing'])
    scene.down.delete('r3-r4')
    await scene.seconds(12)
    assert.equal(scene.line().protection?.state, 'ready')
    assert.deepEqual(scene.events, ['line.unprotected', 'line.protected'])
  })

  test('is moved by what the operator avoids: over the second path, without one for so long', async () => {
    const scene = new Scene()
    await scene.ordered({ protect })
    await scene.desk.change('line-1', { avoid: 'r2' })
    assert.deepEqual([scene.line().number, scene.line().moves], [2, 1])
    await scene.seconds(12)
    assert.deepEqual([scene.routers.inForce, scene.line().protection?.state], [over('r3', 2), 'missing'])
  })

  test('with another rate has both paths anew, or goes on as it was', async () => {
    const scene = new Scene()
    await scene.ordered({ protect })
    await assert.rejects(scene.desk.change('line-1', { bitsPerSecond: 95e6 }))
    assert.equal(scene.line().protection?.state, 'ready')
    await scene.desk.change('line-1', { bitsPerSecond: 40e6 })
    await scene.seconds(12)
    assert.deepEqual([scene.line().state, scene.line().protection?.state], ['active', 'ready'])
    for (const [device, name] of [
      ['r1', 'eth1'],
      ['r1', 'eth2'],
    ] as const)
      assert.ok(scene.routers.heldOn(device, name) > 40e6, `${device} ${name}`)
  })

  test('is protected later, and no more, as it is asked for', async () => {
    const scene = new Scene()
    await scene.ordered()
    await scene.desk.change('line-1', { protect: true })
    await scene.seconds(1)
    assert.equal(scene.line().protection?.state, 'ready')
    await scene.desk.change('line-1', { protect: false })
    await scene.seconds(1)
    assert.deepEqual([scene.line().protection, scene.routers.inForce], [null, over('r2', 1)])
    assert.match(sentenceOf(scene.told.at(-1)!), /is to be otherwise: without a second path/)
  })

  test('has both paths after kill -9, and leaves nothing of either', async () => {
    const scene = new Scene()
    await scene.ordered({ protect })
    scene.crash()
    await scene.seconds(12)
    assert.deepEqual(scene.routers.inForce, [...over('r2', 1), ...over('r3', 2)].sort())
    assert.equal(scene.line().protection?.state, 'ready')
    await scene.desk.release('line-1')
    await scene.seconds(2)
    assert.deepEqual(scene.routers.inForce, [])
  })

  test('whose first path is silent while the second answers is used all the same, and goes over to it', async () => {
    const scene = new Scene()
    await scene.ordered({ protect })
    scene.routers.silent.add(1)
    await scene.seconds(3)
    assert.equal(scene.line().steered, true)
    await scene.seconds(10)
    assert.deepEqual([scene.line().number, scene.line().moves], [2, 1])
  })
})
