/** What is unusual in the small network: a surge over its busiest link, while there is one. */
import { type UnusualList, unusualListSchema } from '@vagus/api/unusual'

export function unusualAnswer(scene: 'metro' | 'empty', now: number): UnusualList {
  const since = new Date(now - 180_000).toISOString()
  const finding = {
    kind: 'link',
    name: 'transit-1 Z→A',
    form: 'point',
    way: 'up',
    expected: 9e6,
    now: 31e6,
    peak: 32e6,
    sure: 2.1,
    since,
    ended: null,
  } as const
  const episode = {
    id: 'u-3',
    since,
    told: new Date(now - 120_000).toISOString(),
    ended: null,
    because: null,
    findings: [finding],
    more: 0,
    explained: [
      {
        by: 'pair',
        part: 0.93,
        unsure: 0,
        unit: 'bits per second',
        items: [{ key: '198.51.100.7 → 10.1.0.9', before: 0, now: 21e6 }],
      } as const,
    ],
    coverage: 0.98,
  }
  return unusualListSchema.parse({
    apiVersion: 'vagus/v1',
    kind: 'UnusualList',
    now: new Date(now).toISOString(),
    stepSeconds: 60,
    series: { followed: 64, learning: 0, passedOver: 0 },
    items: scene === 'empty' ? [] : [episode],
  })
}
