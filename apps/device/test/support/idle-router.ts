/** A router that answers, and has no neighbours. */
import type { Router } from '@vagus/router'

export const idleRouter = {
  kind: 'frr',
  facts: async () => Promise.resolve({ software: 'none', as: 64512, identifier: '10.0.0.1' }),
  neighbours: async () => Promise.resolve([]),
  checkPolicy: async () => Promise.resolve({ state: 'in-place', missing: [], problems: [] }),
  close: () => undefined,
} as unknown as Router // sound: nothing else is asked for
