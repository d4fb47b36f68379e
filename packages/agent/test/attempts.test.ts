import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseEndpointUri } from '@vagus/transport'
import { Attempts, type Way } from '../src/dial/attempts.ts'
import { Cancellation } from '../src/dial/cancellation.ts'
import type { LocalAddress } from '../src/dial/local-addresses.ts'

const wifi: LocalAddress = { address: '192.0.2.1', family: 4, interface: 'wifi' }
const wwan: LocalAddress = { address: '198.51.100.1', family: 4, interface: 'wwan' }
const docker: LocalAddress = { address: '172.17.0.1', family: 4, interface: 'docker0' }
const never = (): Promise<never> => Promise.reject(new Error('not in this test'))
const direct: Way = { text: 'udp', uri: parseEndpointUri('udp://203.0.113.1:7601')!, open: never }
const relayed: Way = { text: 'relay', open: never }

/** A search whose ways the kernel sends by `by.now`. */
function search() {
  const by: { now: LocalAddress | undefined } = { now: wifi }
  const over = new Cancellation()
  const begun: (string | undefined)[] = []
  const begin = (way: Way) => attempts.begin(way)
  const attempts = new Attempts(
    over,
    () => Promise.resolve(by.now?.address),
    (way) => {
      begun.push(way.from)
      begin(way)
    },
  )
  return { by, over, begun, begin, attempts }
}

describe('what is under way when addresses of this host change', () => {
  test('stays as it is when the change does not concern it, however often', async () => {
    const { begun, begin, attempts } = search()
    const attempt = begin(direct)
    attempt.from = wifi.address
    for (let time = 0; time < 20; time++) {
      await attempts.moved({ added: [docker], removed: [] })
      await attempts.moved({ added: [], removed: [docker] })
    }
    assert.deepEqual([begun, attempt.cancellation.reason], [[], undefined])
  })

  test('is tried from the address that the kernel takes now as well, once', async () => {
    const { by, begun, begin, attempts } = search()
    const attempt = begin(direct)
    attempt.from = wifi.address
    by.now = wwan
    await attempts.moved({ added: [wwan], removed: [] })
    await attempts.moved({ added: [docker], removed: [] })
    assert.deepEqual([begun, attempt.cancellation.reason], [[wwan.address], undefined])
  })

  test('goes on from another address before it ends when its own is gone', async () => {
    const { by, begun, begin, attempts } = search()
    const attempt = begin(direct)
    attempt.from = wifi.address
    const counts: number[] = []
    attempt.cancellation.add(() => counts.push(begun.length))
    by.now = wwan
    await attempts.moved({ added: [], removed: [wifi] })
    assert.deepEqual([begun, counts], [[wwan.address], [1]])
    by.now = undefined
    await attempts.moved({ added: [], removed: [wwan] })
    assert.equal(begun.length, 1)
  })

  test('is tried again when nothing led there before', async () => {
    const { by, begun, begin, attempts } = search()
    attempts.end(begin(direct))
    by.now = wwan
    await attempts.moved({ added: [wwan], removed: [] })
    assert.deepEqual(begun, [wwan.address])
  })

  test('through a relay is tried again where an address came, three times beside each other at most', async () => {
    const { begun, begin, attempts } = search()
    begin(relayed)
    await attempts.moved({ added: [], removed: [docker] })
    assert.equal(begun.length, 0)
    for (let time = 0; time < 5; time++) await attempts.moved({ added: [docker], removed: [] })
    assert.equal(begun.length, 2)
  })

  test('is not tried again once the search is over', async () => {
    const { by, over, begun, begin, attempts } = search()
    const attempt = begin(direct)
    attempt.from = wifi.address
    const end = new Error('another was quicker')
    over.cancel(end)
    by.now = wwan
    await attempts.moved({ added: [wwan], removed: [wifi] })
    assert.deepEqual([begun, attempt.cancellation.reason], [[], end])
  })
})
