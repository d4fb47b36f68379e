import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PeerReport, VehiclesReport } from '@vagus/lab'
import { vehiclesText } from '../src/lab/run-vehicles.ts'
import { noPaint } from '../src/paint.ts'

const nothing = { lost: 0, times: null }
const unseen = { incidents: 0, moving: 0, lost: 0 }
const radio = (busyMs: number) => ({ wakes: 1, fromIdle: 1, joules: 1, busyMs })

const peer = (more: Partial<PeerReport>): PeerReport => ({
  orders: { given: 1234, arrived: 1234, lost: 0, twice: 0, outOfOrder: 0 },
  bySituation: {
    none: { lost: 0, times: { count: 30, p50: 8.2, p95: 19.6, max: 29 } },
    planned: { lost: 2, times: { count: 3, p50: 10, p95: null, max: 2100.4 } },
    sudden: { lost: 4, times: null },
    'announced-dead-spot': nothing,
    'dead-spot': nothing,
  },
  stops: { given: 9, met: 7, refused: 2, executedLate: 0, lost: 0 },
  seen: {
    planned: { incidents: 3, moving: 3, lost: 0 },
    sudden: unseen,
    'announced-dead-spot': unseen,
    'dead-spot': { incidents: 2, moving: 0, lost: 1 },
  },
  octets: 2_589_765,
  radios: [
    { wlan0: radio(6000), wwan0: radio(1000) },
    { wlan0: radio(4000), wwan0: radio(3000) },
  ],
  ...more,
})

const reportOf = (more: Partial<VehiclesReport>): VehiclesReport => ({
  provenance: {
    commit: 'abc1234',
    dirty: false,
    kernel: '6.1',
    cpus: { count: 2, model: 'x' },
  } as unknown as VehiclesReport['provenance'], // of the rest nothing is shown
  substrate: 'user namespaces',
  loadavg: [0.4, 0, 0],
  lasts: 60_000,
  seed: 1,
  longestDeadSpot: 8000,
  vehicles: 2,
  stopWithin: 300,
  forMs: 10_000,
  incidents: [],
  peers: { vagus: peer({}) },
  missing: null,
  ...more,
})

const rowOf = (text: string, name: string): string => {
  const row = text.split('\n').find((line) => line.trimStart().startsWith(name))
  assert.ok(row !== undefined, `${name} in\n${text}`)
  return row.trim()
}

test('the outcome of the scenario vehicles has a column for each carrier, and a row for each situation', () => {
  const qos0 = peer({ orders: { given: 1234, arrived: 1117, lost: 117, twice: 0, outOfOrder: 0 } })
  const text = vehiclesText(reportOf({ peers: { vagus: peer({}), qos0 } }), 120, noPaint)
  assert.match(text.split('\n')[0]!, /VAGUS +MQTT QOS 0$/)
  assert.match(rowOf(text, 'orders arrived'), /1,234 of 1,234 +1,117 of 1,234$/)
  assert.match(rowOf(text, 'lost'), /^lost +0 +117$/)
  assert.match(rowOf(text, 'no hand-over'), / 8 \/ 20 \/ 29 \(30\) /)
  assert.match(rowOf(text, 'planned hand-over'), / 10 \/ – \/ 2,100 \(5\) /)
  assert.match(rowOf(text, 'sudden hand-over'), / – \(4\) /)
  assert.match(rowOf(text, 'stops in time'), /7 of 9 /)
  assert.match(rowOf(text, 'radios on'), /50(\.0)? %, 20(\.0)? %; 720 J\/h/)
})
test('a missing program is named with the command that installs it, and its columns are not there', () => {
  const text = vehiclesText(reportOf({ missing: 'it needs mosquitto; type, as root: apt-get install' }), 120, noPaint)
  assert.match(text.split('\n')[0]!, /VAGUS$/)
  assert.ok(text.includes('nothing beside it: it needs mosquitto; type, as root: apt-get install'), text)
})
test('kinds of incidents that did not happen are not in what was seen', () => {
  const text = vehiclesText(reportOf({}), 120, noPaint)
  const seen = text.slice(text.indexOf('seen as moving'))
  assert.match(seen, /planned hand-over +3, 0 \(3\)/)
  assert.match(seen, /unknown dead spot +0, 1 \(2\)/)
  assert.ok(!seen.includes('sudden hand-over'), seen)
})
