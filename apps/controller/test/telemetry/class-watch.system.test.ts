import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { EventDraft } from '../../src/events/event-draft.ts'
import { startClassWatch } from '../../src/telemetry/class-watch.ts'

test('agents are asked in turn, and one that is away or answers nonsense keeps no other from it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-class-watch-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const at = '2026-11-26T03:00:00.000Z'
  const made = {
    id: 'a',
    owner: 'noc',
    prefix: '10.0.0.0/8',
    interface: 'eth0',
    class: 1,
    appliedAt: at,
    expiresAt: at,
  }
  let asked = 0
  const answers = (name: string, answer: () => object): string => {
    const path = join(folder, name)
    const server = createServer((_, response) => response.end(JSON.stringify(answer()))).listen(path)
    t.after(() => server.close())
    return path
  }
  const good = answers('good', () => {
    const active = asked++ === 0 ? [] : [made]
    return { apiVersion: 'vagus/v1', kind: 'ActuationList', device: 'pe-1', active, ended: [] }
  })
  const devices = [
    { name: 'pe-0', agent: join(folder, 'nobody') },
    { name: 'pe-1', agent: good },
    { name: 'pe-2', agent: answers('bad', () => ({ kind: 'ActuationList', active: 7 })) },
    { name: 'pe-3' },
  ]
  const { promise, resolve } = Promise.withResolvers<EventDraft>()
  const watch = startClassWatch(() => devices, resolve)
  t.after(() => watch.stop())
  const alive = setTimeout(() => undefined, 20_000) // the watch itself keeps no process
  t.after(() => clearTimeout(alive))
  const { event, subject } = await promise
  assert.deepEqual([event, subject, asked], ['route.class-set', 'pe-1', 2])
  // It has lasted its time by our clock, which may have been set; its agent says that it is in force.
  assert.deepEqual(
    ['pe-1', 'pe-2'].map((device) => watch.inForce(device).map(({ id }) => id)),
    [['a'], []],
  )
})
