/** Lines of a configuration that has none any more are released, also by agents that are away at first. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sentenceOf } from '@vagus/api'
import { FormerLines } from '../../src/lines/former-lines.ts'
import { LineBook } from '../../src/lines/line-book.ts'
import { over, Scene } from './scene.ts'

test('what routers have of lines that the configuration does not know any more is released, steers first', async () => {
  const scene = new Scene()
  await scene.ordered()
  assert.deepEqual(scene.routers.inForce, over('r2', 1))
  scene.routers.kill()
  scene.routers.away.add('r4')
  scene.told.length = 0
  const book = new LineBook(scene.keeper)
  const former = new FormerLines({
    book,
    asker: () => scene.routers.asker,
    tell: (draft) => void scene.told.push(draft),
    report: (line) => void scene.reported.push(line),
    now: () => scene.now,
  })
  const seconds = async (count: number): Promise<void> => {
    for (let second = 0; second < count; second++) {
      scene.now += 1000
      await former.step()
      await scene.settled()
    }
  }
  assert.deepEqual(scene.told.map(sentenceOf), [`Line line-1 has ended: vagus.yaml has no "lines" any more`])
  assert.deepEqual([book.all[0]!.state, book.all[0]!.because], ['released', 'vagus.yaml has no "lines" any more'])
  await seconds(10)
  // As long as an end may steer, nobody lets go.
  assert.deepEqual(
    scene.routers.inForce,
    over('r2', 1).filter((one) => one !== 'steer 1 at r1'),
  )
  scene.routers.away.clear()
  await seconds(10)
  assert.deepEqual(scene.routers.inForce, [])
  await seconds(70)
  assert.deepEqual(book.all[0]!.laid, [], 'its number is free again')
})
