/** The controller is killed at each step, and started again: nothing is unowned, nothing is steered into half a path. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { over, request, Scene } from './scene.ts'

describe('a controller that is killed', { concurrency: 4 }, () => {
  for (const when of ['before', 'after'] as const) {
    for (let call = 0; call < 10; call++)
      test(`${when} call ${call} of an order sets the line up when it is back`, async () => {
        const scene = new Scene()
        const killed = scene.routers.killAt(call, when)
        scene.desk.order(request, 'k')
        await killed
        scene.crash()
        assert.equal(scene.desk.order(request, 'k').type, 'known')
        await scene.seconds(30)
        assert.equal(scene.line().state, 'active')
        assert.deepEqual(scene.routers.inForce, over('r2', scene.line().number!))
      })

    for (let call = 0; call < 15; call++)
      test(`${when} call ${call} of a move leaves one path, and that whole`, async () => {
        const scene = new Scene()
        await scene.ordered()
        const killed = scene.routers.killAt(call, when)
        void scene.desk.change('line-1', { avoid: 'r2' })
        await killed
        scene.crash()
        await scene.seconds(30)
        const { state, number, path } = scene.line()
        assert.equal(state, 'active')
        assert.deepEqual(scene.routers.inForce, over(path!.hops[0]!.to as 'r2', number!))
      })

    for (let call = 0; call < 5; call++)
      test(`${when} call ${call} of a release releases the rest when it is back`, async () => {
        const scene = new Scene()
        await scene.ordered()
        const killed = scene.routers.killAt(call, when)
        void scene.desk.release('line-1')
        await killed
        scene.crash()
        await scene.seconds(12)
        assert.deepEqual([scene.line().state, scene.routers.inForce], ['released', []])
      })
  }

  const both = [...over('r2', 1), ...over('r3', 2)].sort()
  for (const when of ['before', 'after'] as const) {
    for (let call = 0; call < 20; call++)
      test(`${when} call ${call} of an order with protection has both paths when it is back`, async () => {
        const scene = new Scene()
        const killed = scene.routers.killAt(call, when)
        scene.desk.order({ ...request, protect: true }, 'k')
        await killed
        scene.crash()
        await scene.seconds(30)
        const { state, protection } = scene.line()
        assert.deepEqual([state, protection?.state], ['active', 'ready'])
        assert.deepEqual(anyNumbers(scene.routers.inForce), anyNumbers(both))
      })

    for (let call = 0; call < 10; call++)
      test(`${when} call ${call} of a release of both paths leaves nothing`, async () => {
        const scene = new Scene()
        await scene.ordered({ protect: true })
        const killed = scene.routers.killAt(call, when)
        void scene.desk.release('line-1')
        await killed
        scene.crash()
        await scene.seconds(12)
        assert.deepEqual([scene.line().state, scene.routers.inForce], ['released', []])
      })

    for (let call = 0; call < 5; call++)
      test(`${when} call ${call} of going to the second path leaves it alone, and that whole`, async () => {
        const scene = new Scene()
        await scene.ordered({ protect: true })
        scene.down.add('r2-r4')
        const killed = scene.routers.killAt(call, when)
        void scene.seconds(1)
        await killed
        scene.crash()
        await scene.seconds(12)
        assert.deepEqual([scene.line().number, scene.routers.inForce], [2, over('r3', 2)])
      })

    for (let call = 0; call < 5; call++)
      test(`${when} call ${call} of giving up the second path keeps the first`, async () => {
        const scene = new Scene()
        await scene.ordered({ protect: true })
        await scene.desk.change('line-1', { protect: false })
        const killed = scene.routers.killAt(call, when)
        void scene.seconds(1)
        await killed
        scene.crash()
        await scene.seconds(12)
        assert.deepEqual([scene.line().protection, scene.routers.inForce], [null, over('r2', 1)])
      })
  }

  test('between two words on its disk knows a second path that is to go, and keeps room for one that is there', async () => {
    const scene = new Scene()
    await scene.ordered({ protect: true, bitsPerSecond: 50e6 })
    const kept = scene.keeper.kept.get('line-1')!
    scene.keeper.kept.set('line-1', JSON.stringify({ ...JSON.parse(kept), protection: undefined }))
    scene.crash()
    assert.throws(() => scene.desk.order({ ...request, bitsPerSecond: 50e6 }, undefined), /is possible$/)
  })

  test('and not started again has no line at its end', async () => {
    for (let call = 0; call < 10; call++) {
      const scene = new Scene()
      const killed = scene.routers.killAt(call, 'after')
      scene.desk.order({ ...request, for: '60s' }, undefined)
      await killed
      scene.now += 90_000
      assert.deepEqual(scene.routers.inForce, [], `call ${call}`)
    }
  })
})

/** Without the numbers of paths. */
const anyNumbers = (all: readonly string[]): readonly string[] => all.map((one) => one.replace(/ \d+ /, ' ')).sort()
