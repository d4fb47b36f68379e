/** The intents of the fixture: nobody's, none, or one of each kind. @module */
import { apiVersion } from '@vagus/api'
import { intentListSchema, type IntentItem } from '@vagus/api/intent'

/** `not configured`: the controller obeys nobody's. */
export type ToldOfIntents = 'not configured' | 'none' | 'some'

const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()

/** What the status has of them. */
export const intentsStatus = (told: ToldOfIntents): object =>
  told === 'not configured' ? {} : { intents: { epoch: 7, total: 3, met: 1, unmet: told === 'some' ? 1 : 0 } }

export function intentsAnswer(url: URL, told: ToldOfIntents): unknown {
  if (told === 'not configured' || url.pathname !== '/v1/intents') return undefined
  return intentListSchema.parse({
    apiVersion,
    kind: 'IntentList',
    now: at(0),
    owner: 'did:key:z6MkOwner',
    epoch: told === 'some' ? 7 : 0,
    hash: null,
    issuedAt: told === 'some' ? at(-3600) : null,
    expiresAt: told === 'some' ? at(86_400 * 80) : null,
    standing: told === 'some' ? 'holds' : 'none',
    items: told === 'some' ? items() : [],
    devices:
      told === 'some'
        ? ['pe-1', 'pe-2'].map((device, index) => ({ device, epoch: 7 - index, standing: 'holds', at: at(-2) }))
        : [],
  })
}

function items(): readonly IntentItem[] {
  const common = { scope: {}, when: {}, priority: 0, because: null, evidence: null, reports: [] }
  return [
    {
      ...common,
      name: 'keep-dns',
      goal: { type: 'pin', prefix: '192.0.2.0/24', enters: 'only', over: ['transit-1'] },
      state: 'degraded',
      since: at(-95),
      because: 'its servers answer from there',
      evidence: '192.0.2.0/24 enters over transit-2, 3.2 Mbit/s, where it must not',
      reports: [
        { device: 'pe-1', state: 'active', since: at(-600), evidence: null },
        { device: 'pe-2', state: 'degraded', since: at(-90), evidence: 'a MED drives it away until 12:00' },
      ],
    },
    {
      ...common,
      name: 'launch-freeze',
      scope: { borders: ['transit'] },
      when: { until: at(86_400) },
      goal: { type: 'freeze' },
      state: 'active',
      since: at(-3600),
    },
    {
      ...common,
      name: 'nights',
      when: { weekly: [{ days: [5, 6], from: '22:00', to: '06:00' }] },
      goal: { type: 'keep-below', percent: 40, forSeconds: 300 },
      state: 'translated',
      since: at(-3600),
      evidence: 'it begins at 2026-12-04T22:00:00Z',
    },
  ]
}
