import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type UnusualList, unusualListSchema } from '@vagus/api/unusual'
import { unusualListText, unusualText } from '../src/commands/unusual.ts'
import type { Canvas } from '../src/controller-options.ts'
import { noPaint } from '../src/paint.ts'

const canvas = (columns: number): Canvas => ({ columns, paint: noPaint, detail: 'plain' })
const since = '2026-11-03T12:30:00.000Z'
const finding = {
  form: 'point',
  way: 'up',
  expected: 3.1e6,
  now: 4e7,
  peak: 4.12e7,
  sure: 2.4,
  since,
  ended: null,
} as const
const list: UnusualList = {
  apiVersion: 'vagus/v1',
  kind: 'UnusualList',
  now: '2026-11-03T12:34:10.000Z',
  stepSeconds: 60,
  series: { followed: 53, learning: 2, passedOver: 0 },
  items: [
    {
      id: 'u-7',
      since,
      told: '2026-11-03T12:31:00.000Z',
      ended: null,
      because: null,
      findings: [
        { ...finding, kind: 'pair', name: 'office → dc-east' },
        { ...finding, kind: 'link', name: 'pe-1-p-1 A→Z', form: 'shift' },
      ],
      more: 0,
      explained: [
        {
          by: 'sites',
          part: 0.98,
          unsure: 0,
          unit: 'bits per second',
          items: [{ key: 'office → dc-east', before: 3e6, now: 4e7 }],
        },
        {
          by: 'pair',
          part: 0.94,
          unsure: 0.02,
          unit: 'bits per second',
          items: [{ key: '10.1.0.9 → 10.2.0.4', before: 0, now: 3.6e7 }],
        },
      ],
      coverage: 0.97,
    },
  ],
}

describe('vagus unusual', () => {
  test('is drawn from what the contract allows', () => void unusualListSchema.parse(list))

  test('says in a line what, how much, since when, and who', () => {
    for (const columns of [80, 100]) {
      const drawn = unusualListText(list, canvas(columns))
      for (const line of drawn.split('\n')) assert.ok(Array.from(line).length <= columns, line)
      assert.match(drawn, /u-7 .*Traffic office.*41\.2 Mb\/s instead of 3\.10 Mb\/s/)
      assert.match(drawn, /53 series are held against their own past, of which 2 still learn what is usual/)
    }
    assert.match(unusualListText(list, canvas(140)), /10\.1\.0\.9 → 10\.2\.0\.4 \(94 % of it\)/)
  })

  test('says all about one, and how sure it is', () => {
    const drawn = unusualText(list.items[0]!, list.now, canvas(100))
    assert.match(drawn, /Link pe-1-p-1 A→Z: 41\.2 Mb\/s instead of 3\.10 Mb\/s, little by little \(2\.4 times/)
    assert.match(drawn, /by hosts: 94\.0 % of the change; up to 2\.0 % of it may be others/)
    assert.match(drawn, /10\.1\.0\.9 → 10\.2\.0\.4: 36\.0 Mb\/s instead of 0 b\/s/)
    assert.match(drawn, /coverage of flows 97\.0 %/)
  })

  test('says that nothing was, and that nothing stands out', () => {
    assert.match(unusualListText({ ...list, items: [] }, canvas(80)), /^nothing was unlike its own past/)
    const bare = { ...list.items[0]!, explained: [], ended: list.now, because: 'accepted' as const }
    assert.match(unusualText(bare, list.now, canvas(80)), /nothing stands out[^]*$/)
    assert.match(unusualText(bare, list.now, canvas(100)), /it stayed so for hours, and is usual now/)
  })
})
