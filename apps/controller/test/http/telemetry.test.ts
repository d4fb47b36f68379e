import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem } from '@vagus/api'
import type { Backend } from '../../src/http/backend.ts'
import { appOver } from '../support/app-over.ts'

const backend = {
  config: () => ({ devices: [{ name: 'edge-1' }] }),
  telemetryTop: () => undefined,
  askAgent: () => Promise.resolve({ problem: 'it does not answer' }),
} as unknown as Backend // sound: nothing else is asked for

test('a device that is not there is a 404, one without an agent a 503', async () => {
  const app = appOver(backend)
  const problem = async (path: string): Promise<readonly [number, string | undefined]> => {
    const response = await app.request(path, { headers: { host: 'localhost' } })
    return [response.status, ((await response.json()) as Problem).detail]
  }
  for (const path of ['/v1/agent?', '/v1/bgp/peers?', '/v1/telemetry/top?view=flow&'])
    assert.deepEqual(await problem(`${path}device=nope`), [404, 'there is no device "nope"'])
  assert.deepEqual(await problem('/v1/bgp/peers'), [400, 'device: is missing'])
  assert.deepEqual(await problem('/v1/agent?device=edge-1'), [503, 'it does not answer'])
  assert.deepEqual(await problem('/v1/telemetry/top?view=flow&device=edge-1'), [
    503,
    'no agent reports the traffic of edge-1',
  ])
})
