import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Exchanges } from '../src/exchanges.ts'
import type { ExchangeRoads } from '../src/exchange-road.ts'
import { memoryStore } from '../src/journal-store.ts'

/** Nobody can be reached. */
const offline: ExchangeRoads = {
  to: () => Promise.reject(new Error('offline')),
  changed: () => new Promise(() => undefined),
  reach: () => undefined,
}
const none = new Uint8Array(0)

test('a message that waits because all exchanges together are full is taken when others are given up', async () => {
  const exchanges = new Exchanges(memoryStore(), offline)
  const long = new Uint8Array(16 * 2 ** 20)
  const full = await Promise.all(
    Array.from({ length: 8 }, () => exchanges.call('server', { protocol: 'test', head: none })),
  )
  for (const exchange of full) for (let count = 0; count < 2; count++) await exchange.send(long)
  const last = await exchanges.call('server', { protocol: 'test', head: none })
  let cursor = 0
  const sending = last.send(new Uint8Array(1)).then((sent) => (cursor = sent))
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(cursor, 0)
  full[0]!.cancel('no longer needed')
  assert.equal(await sending, 1)
  exchanges.close()
})
