/** Of what is unlike itself. @module */
import type { EventKind } from './event-kind.ts'

export const ofUnusual = {
  'traffic.unusual': {
    severity: 'warning',
    text: '{what}: {now} instead of {usual} since {since}{others}{because} ({id})',
  },
  'traffic.unusual-more': {
    severity: 'warning',
    text: '{what} is even farther from usual: {now} instead of {usual}{others}{because} ({id})',
  },
  'traffic.usual': { severity: 'info', text: '{what} {how} after {seconds} ({id})' },
  'link.unstable': { severity: 'warning', text: 'Link {link} went down {count} times within {minutes} minutes' },
  'link.stable': { severity: 'info', text: 'Link {link} did not go down for {minutes} minutes' },
} as const satisfies Record<string, EventKind>
