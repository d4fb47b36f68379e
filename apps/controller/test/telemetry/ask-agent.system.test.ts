import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { askAgent } from '../../src/telemetry/ask-agent.ts'

test('why an agent does not answer is said in plain words, without its path', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-ask-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const left = join(folder, 'left.sock')
  const listenAndDie = "require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 9))"
  assert.throws(() => execFileSync(process.execPath, ['-e', listenAndDie, left]))
  await assert.rejects(askAgent(join(folder, 'none.sock'), '/v1/agent'), { message: 'there is no such socket' })
  await assert.rejects(askAgent(left, '/v1/agent'), { message: 'nothing listens there' })
})
