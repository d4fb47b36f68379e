import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { labList } from '../../src/index.ts'
import type { LabProgram } from '../../src/lab.ts'
import { bareState, labPaths, type LabSpec } from '../../src/spec.ts'

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

test('a lab without a controller has no console, whoever listens at its address, nor has a dead one', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-list-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  const stranger = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
  t.after(() => stranger.close())
  await once(stranger, 'listening')
  const listen = `127.0.0.1:${(stranger.address() as AddressInfo).port}`
  const network = { nodes: [], links: [], sites: [], agents: [] }
  const specOf = (name: string, programs: readonly LabProgram[]) =>
    ({ name, listen, network, calledAt: 0, programs }) as unknown as LabSpec
  const { control } = labPaths(join(home, 'lab/bare'))
  for (const spec of [specOf('bare', ['agents']), specOf('dead', ['controller'])]) {
    mkdirSync(join(home, 'lab', spec.name), { recursive: true })
    writeFileSync(labPaths(join(home, 'lab', spec.name)).spec, JSON.stringify(spec))
  }
  const state = bareState(specOf('bare', ['agents']), 'running')
  const lab = createServer((socket) => socket.end(`${JSON.stringify({ type: 'state', state })}\n`)).listen(control)
  t.after(() => lab.close())
  await once(lab, 'listening')

  assert.deepEqual(
    (await labList({ home })).map(({ name, state, console: at }) => [name, state, at]),
    [
      ['bare', 'running', ''],
      ['dead', 'dead', ''],
    ],
  )
})
