import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withLastPorts } from '../src/listening.ts'

test('the port of the last time is asked for again, but not that of a proxy or a router', () => {
  const locator = (network: string, address: string) => ({ network, sequence: 1, addresses: [address], exp: 0 })
  const wan = locator('wan', 'udp://198.51.100.7:17601')
  assert.deepEqual(withLastPorts(['udp://0.0.0.0:0'], [wan]), ['udp://0.0.0.0:0'])
  const lan = locator('lan', 'udp://192.0.2.1:40001')
  assert.deepEqual(withLastPorts(['udp://0.0.0.0:0'], [wan, lan]), ['udp://0.0.0.0:40001'])
})
