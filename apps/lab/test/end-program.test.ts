/** The end of a program whose output is read slowly. @module */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'

/** More than a pipe takes (pipe(7)). */
const octets = 300_000

test('a program ends when all that it printed has been read, not before', async () => {
  const file = resolve(import.meta.dirname, '../src/end-program.ts')
  const source = `import { endProgram } from ${JSON.stringify(file)}
    process.stdout.write('x'.repeat(${octets}))
    setInterval(() => {}, 1000)
    endProgram()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  await once(child.stdout, 'readable')
  await sleep(100) // in which a program that did not wait would be gone
  assert.equal((await text(child.stdout)).length, octets)
  assert.deepEqual(await closed, [0, null])
})
