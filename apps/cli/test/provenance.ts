/** Where a run in the tests was measured. */
import type { LabUp } from '@vagus/lab'

export const provenance = {
  version: '0.1.0',
  commit: 'c0ffee1',
  dirty: false,
  node: '24.21.0',
  kernel: '6.18.44',
  cpus: { count: 2, model: 'AMD EPYC' },
  loadavg: [0.1, 0.2, 0.3],
  startedAt: '2026-11-03T12:00:00.000Z',
  seed: 1,
  matrix: null,
} as const satisfies LabUp['provenance']
