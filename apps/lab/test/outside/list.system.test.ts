import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { labList } from '../../src/index.ts'
import { labPaths } from '../../src/spec.ts'

test('a lab that runs has no console where its forwarder has died', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-list-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  const { control, spec } = labPaths(join(home, 'lab/metro'))
  mkdirSync(join(home, 'lab/metro'), { recursive: true })
  const forwarder = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
  await once(forwarder, 'listening')
  const listen = `127.0.0.1:${(forwarder.address() as AddressInfo).port}`
  writeFileSync(spec, JSON.stringify({ name: 'metro', listen }))
  const state = { name: 'metro', state: 'running', console: `http://${listen}` }
  const lab = createServer((socket) => socket.end(`${JSON.stringify({ type: 'state', state })}\n`)).listen(control)
  t.after(() => lab.close())
  await once(lab, 'listening')

  assert.deepEqual(await labList({ home }), [state])
  forwarder.close()
  await once(forwarder, 'close')
  assert.deepEqual(await labList({ home }), [{ ...state, console: '' }])
})
