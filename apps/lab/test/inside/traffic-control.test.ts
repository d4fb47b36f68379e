import assert from 'node:assert/strict'
import { test } from 'node:test'
import { surge } from '../../src/inside/traffic-control.ts'
import type { LabSpec } from '../../src/spec.ts'

test('a surge from a site to itself is refused in the words of who asked', async () => {
  const sites = ['office', 'transit', 'field'].map((name) => ({ name }))
  const spec = { programs: ['traffic'], network: { sites } } as unknown as LabSpec // sound: nothing else is read
  await assert.rejects(surge(spec, { source: 'office', sink: 'office', factor: 4, seconds: 60 }), {
    code: 'usage',
    message: 'a surge is from one site to another, not from office to itself; there are transit, field',
  })
})
