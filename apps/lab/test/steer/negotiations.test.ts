import assert from 'node:assert/strict'
import { test } from 'node:test'
import { negotiationsIn } from '../../src/steer/negotiations.ts'

test('how many negotiations there were, and how long they took, is read from the metrics', () => {
  const metrics = `# HELP vagus_steering_negotiations_total Negotiations.
# TYPE vagus_steering_negotiations_total counter
vagus_steering_negotiations_total{outcome="agreed"} 9
vagus_steering_negotiations_total{outcome="failed"} 1
vagus_steering_negotiation_seconds{quantile="0.5"} 0.0412
vagus_steering_negotiation_seconds{quantile="1"} 1.3
`
  assert.deepEqual(negotiationsIn(metrics), { agreed: 9, failed: 1, p50: 41, max: 1300 })
})

test('a controller that has negotiated nothing, or has no agent, tells of none', () => {
  assert.deepEqual(negotiationsIn(''), { agreed: 0, failed: 0, p50: null, max: null })
})
