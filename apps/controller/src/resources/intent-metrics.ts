/** What /metrics and the status tell of intents. @module */
import type { Status } from '@vagus/api'
import { intentStates } from '@vagus/intent'
import type { Metric } from '@vagus/signals'
import type { IntentDesk } from '../intents/intent-desk.ts'

type Told = Pick<IntentDesk, 'obeyed' | 'states'>

/** None where nobody's intents are obeyed. */
export function intentMetrics(desk: Told): readonly Metric[] {
  const { obeyed, states } = desk
  if (obeyed === undefined) return []
  const { epoch, expiresAt, devices } = obeyed
  return [
    { name: 'vagus_intents_epoch', type: 'gauge', help: 'Of the set in force; 0: none.', samples: [{ value: epoch }] },
    {
      name: 'vagus_intents_expiry_seconds',
      type: 'gauge',
      help: 'Since 1970: from then on nothing new begins, until the owner signs again.',
      samples: expiresAt === undefined ? [] : [{ value: expiresAt / 1000 }],
    },
    {
      name: 'vagus_intents_devices',
      type: 'gauge',
      help: 'Devices whose agents have the set in force.',
      samples: [{ value: devices }],
    },
    {
      name: 'vagus_intents',
      type: 'gauge',
      help: 'Intents by state.',
      samples: intentStates.map((state) => {
        return { labels: { state }, value: states.filter(({ stand }) => stand.state === state).length }
      }),
    },
    {
      name: 'vagus_intent_met',
      type: 'gauge',
      help: 'Whether the intent is met, 1 or 0; absent while it does not hold.',
      samples: states.flatMap(({ intent, stand: { state } }) => {
        const value = state === 'active' ? 1 : state === 'degraded' || state === 'conflict' ? 0 : undefined
        return value === undefined ? [] : [{ labels: { intent: intent.name, goal: intent.goal.type }, value }]
      }),
    },
  ]
}

/** Undefined where nobody's intents are obeyed. */
export function intentStatusOf({ obeyed, states }: Told): Status['intents'] {
  if (obeyed === undefined) return undefined
  const count = (...wanted: readonly string[]): number =>
    states.filter(({ stand }) => wanted.includes(stand.state)).length
  return {
    epoch: obeyed.epoch,
    total: states.length,
    met: count('active'),
    unmet: count('degraded', 'conflict', 'refused'),
  }
}
