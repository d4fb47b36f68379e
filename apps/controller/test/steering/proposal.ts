/** A proposal of the border in `border-config.ts`. */
import type { Proposal } from '@vagus/api/steering'

export const proposal = (more: Partial<Proposal>): Proposal => ({
  id: 'transit-1',
  neighbour: 'transit',
  state: 'open',
  openedAt: '2026-11-26T03:00:00.000Z',
  endedAt: null,
  because: [
    {
      link: 'tr-1',
      device: 'pe-1',
      interface: 'eth0',
      capacity: 100e6,
      load: 93e6,
      threshold: 80e6,
      basis: 'usual',
      upper: null,
    },
  ],
  moves: [{ prefix: '10.1.0.0/16', bitsPerSecond: 40e6, from: 'tr-1', to: 'tr-2' }],
  classes: [{ prefix: '10.1.0.0/16', device: 'pe-1', interface: 'eth0', link: 'tr-1', class: 4 }],
  expected: [
    { link: 'tr-1', before: 93e6, after: 53e6 },
    { link: 'tr-2', before: 10e6, after: 50e6 },
  ],
  rejected: [],
  approval: null,
  outcome: null,
  ...more,
})
