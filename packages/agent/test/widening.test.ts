import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EndpointUri } from '@vagus/transport'
import { Widening } from '../src/dial/widening.ts'
import type { Link } from '../src/link/link.ts'

const minute = 60_000

test('UDP is tried again ever more rarely while data goes another way, and soon after it has carried', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let now = 0
  let widened: number[] = []
  let kind: 'udp' | 'tcp' | 'relay' = 'tcp'
  let addresses: readonly EndpointUri['kind'][] = ['udp', 'tcp']
  const link = { paths: () => [{ kind: 'udp' }, { kind, primary: true }] } as unknown as Link // it asks for no more
  const widening = new Widening(
    () => widened.push(now),
    () => addresses.map((each) => ({ kind: each }) as EndpointUri),
  )
  const triesIn = (minutes: number): readonly number[] => {
    widened = []
    for (const from = now; now - from < minutes;) {
      now++
      t.mock.timers.tick(minute)
    }
    return widened
  }
  widening.begun(link)
  t.mock.timers.tick(1000)
  assert.deepEqual(widened, [0])
  assert.deepEqual(triesIn(64), [1, 3, 7, 15, 31, 47, 63])
  kind = 'udp'
  assert.deepEqual(triesIn(20), [])
  kind = 'relay'
  assert.deepEqual(triesIn(4), [85, 87])
  kind = 'tcp'
  addresses = ['tcp']
  assert.deepEqual(triesIn(20), [])
  addresses = ['udp']
  assert.equal(triesIn(2).length, 1)
  kind = 'udp'
  triesIn(20)
  kind = 'relay'
  addresses = []
  assert.equal(triesIn(2).length, 1, 'a way through a NAT may be found by then')
  widening.over(link)
  assert.deepEqual(triesIn(100), [])
})
