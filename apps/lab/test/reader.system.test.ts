import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'

test('a reader ends without a word when nobody takes its reports any longer', async () => {
  const program = join(import.meta.dirname, '../src/a2a/reader/main.ts')
  // Nobody listens at port 1, which it reports again and again.
  const reader = spawn(process.execPath, [program, 'http://127.0.0.1:1', '1', '20'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = text(reader.stderr)
  await once(reader.stdout, 'data')
  reader.stdout.destroy()
  assert.deepEqual(await once(reader, 'exit'), [0, null])
  assert.equal(await said, '')
})
