import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { initScript } from '../../src/outside/init-script.ts'

describe('the first process of a lab', () => {
  test('keeps a folder visible that lies below a hidden one', () => {
    const lines = initScript(['/run/user/1000/vagus', '/home/me']).split('\n')
    const kept = lines.findIndex((line) => line.includes("mount --bind '/run/user/1000/vagus' /etc/frr/keep-0"))
    const hides = lines.indexOf('mount -t tmpfs -o mode=755 none /run')
    const back = lines.findIndex((line) => line.includes("mount --bind /etc/frr/keep-0 '/run/user/1000/vagus'"))
    assert.ok(kept >= 0 && kept < hides && hides < back)
    assert.ok(!lines.some((line) => line.includes('/home/me')))
  })

  test('does not let a path end its quotes', () => {
    assert.ok(initScript([`/run/it's`]).includes(String.raw`mkdir -p '/run/it'\''s'`))
  })
})
