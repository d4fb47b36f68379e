import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { DelayProbe } from '../src/delay-probe.ts'

test('measures the delay to a neighbour whose kernel answers', async () => {
  const probe = new DelayProbe('127.0.0.1')
  await probe.measure()
  assert.ok(probe.delay !== undefined && probe.delay.least > 0)
})

for (const address of ['192.0.2.7', '2001:db8::7']) {
  test(`knows no delay to ${address} while there is no route, and goes on`, { skip: needs('netns') }, () => {
    const script = join(import.meta.dirname, 'fixtures/probe-run.ts')
    const words = ['-Urn', process.execPath, script, address]
    assert.equal(execFileSync('unshare', words, { encoding: 'utf8', timeout: 20_000 }).trim(), '"not known"')
  })
}
