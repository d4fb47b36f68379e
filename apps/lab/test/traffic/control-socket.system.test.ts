import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { askGenerator } from '../../src/traffic/control-socket.ts'

test('a generator that has not begun, or was killed, is said not to run', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-control-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const left = join(folder, 'left.sock')
  const listenAndDie = "require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 9))"
  assert.throws(() => execFileSync(process.execPath, ['-e', listenAndDie, left]))
  for (const path of [join(folder, 'none.sock'), left])
    await assert.rejects(askGenerator(path, { command: 'stats' }), {
      code: 'not-running',
      message: `no traffic generator listens at ${path}; is the lab still starting? vagus lab ls`,
    })
})
