import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gauge, Histogram, prometheusText, samplesOf } from '../src/index.ts'

test('a histogram counts what is at most each bound, and is told with its sum (Prometheus text format 0.0.4)', () => {
  const histogram = new Histogram([0.1, 1])
  for (const value of [0.1, 0.5, 7, Number.NaN]) histogram.add(value)
  const text = prometheusText([
    { name: 'x_seconds', type: 'histogram', help: 'X.', samples: [{ labels: { side: 'a' }, value: histogram.value }] },
  ])
  assert.equal(
    text,
    [
      '# HELP x_seconds X.',
      '# TYPE x_seconds histogram',
      'x_seconds_bucket{side="a",le="0.1"} 1',
      'x_seconds_bucket{side="a",le="1"} 2',
      'x_seconds_bucket{side="a",le="+Inf"} 3',
      'x_seconds_sum{side="a"} 7.6',
      'x_seconds_count{side="a"} 3',
      '',
    ].join('\n'),
  )
})

test('texts that would end a line or a label do not', () => {
  const text = prometheusText([gauge('x', 'one\ntwo \\', samplesOf('of', { 'a"\n\\': 1 })), gauge('none', 'None.', [])])
  assert.equal(text, '# HELP x one\\ntwo \\\\\n# TYPE x gauge\nx{of="a\\"\\n\\\\"} 1\n')
})
