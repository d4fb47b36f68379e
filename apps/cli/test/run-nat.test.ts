import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NatCell, NatReport } from '@vagus/lab'
import { natText } from '../src/lab/run-nat.ts'
import { noPaint } from '../src/paint.ts'

const cell = (more: Partial<NatCell>): NatCell => ({
  ends: ['home', 'home'],
  path: 'direct',
  proxies: [false, false],
  directAfter: 91.4,
  mapped: ['endpoint-independent', 'endpoint-independent'],
  why: null,
  sent: 151,
  lost: 0,
  repeated: 0,
  gap: 12.5,
  cutGap: 28.4,
  ...more,
})

test('the outcome of the scenario nat is a row for each pair, with why it stays at the relay', () => {
  const report: NatReport = {
    provenance: {
      commit: 'abc1234',
      dirty: false,
      kernel: '6.1',
      cpus: { count: 2, model: 'x' },
    } as unknown as NatReport['provenance'], // of the rest nothing is shown
    substrate: 'user namespaces',
    loadavg: [0.4, 0, 0],
    cells: [
      cell({}),
      cell({ ends: ['random', 'random'], path: 'relay', directAfter: null, cutGap: null, why: 'both-dependent' }),
    ],
  }
  const [head, direct, relayed] = natText(report, 120, noPaint).split('\n')
  assert.match(head!, /^CALLER +CALLED +PATH +AFTER +SENT +LOST +TWICE +GAP +CUT +WHY NOT DIRECT/)
  assert.match(direct!, /^home +home +direct +91 ms +151 +0 +0 +1[23] ms +28 ms/)
  assert.match(relayed!, /^random +random +relay +– +151 +0 +0 +1[23] ms +– +both NATs map each destination anew$/)
})
