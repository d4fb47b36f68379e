import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VainWork } from '../../src/rosters/vain-work.ts'

test('a source whose rosters are not believed waits out its minute; others do not, however many there are', () => {
  const vain = new VainWork()
  for (let time = 0; time < 8; time++) {
    assert.equal(vain.waitOf('a', 1000), 0)
    vain.add('a', 1000 + time)
  }
  assert.deepEqual([vain.waitOf('a', 1008), vain.waitOf('b', 1008), vain.waitOf('a', 61_000)], [59_992, 0, 0])
  vain.add('a', 61_000)
  assert.equal(vain.waitOf('a', 61_001), 0, 'counted anew')
  for (let source = 0; source < 4096; source++) vain.add(`${source}`, 61_000)
  for (let time = 0; time < 8; time++) vain.add('4095', 61_000)
  assert.ok(vain.waitOf('4095', 61_000) > 0)
})
