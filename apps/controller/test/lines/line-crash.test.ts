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
