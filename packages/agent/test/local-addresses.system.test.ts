/** The addresses of this host, as `node:os` tells them: its answers are replaced here. */
import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AddressChange, LocalAddresses } from '../src/dial/local-addresses.ts'
import { interfaces } from './interfaces.ts'

const many = (count: number, first = 0): readonly string[] =>
  Array.from({ length: count }, (_, index) => `2001:db8::${first + index + 1}`)

let open: LocalAddresses | undefined
afterEach(() => open?.close())
const watch = (changed: (change: AddressChange) => void): LocalAddresses => (open = new LocalAddresses(changed))

describe('the addresses of this host', () => {
  test('are not gone because others came before them, however many there are', () => {
    interfaces.table = { eth0: many(7), wlan0: ['192.0.2.1'] }
    const changes: AddressChange[] = []
    const local = watch((change) => changes.push(change))
    interfaces.table = { eth0: ['2001:db8::99', ...many(7)], wlan0: ['192.0.2.1'] }
    local.look()
    assert.deepEqual(changes, [{ added: [{ address: '2001:db8::99', family: 6, interface: 'eth0' }], removed: [] }])
  })

  test('are told to others up to eight of a family', () => {
    interfaces.table = { eth0: many(9), wlan0: ['192.0.2.1'] }
    const local = watch(() => undefined)
    assert.equal(local.present.length, 10)
    assert.equal(local.reachedAt('udp://[::]:7601').length, 8)
    assert.deepEqual(local.reachedAt('udp://0.0.0.0:7601'), ['udp://192.0.2.1:7601'])
  })

  test(
    'are not looked at all the time where the kernel says when they change',
    {
      skip: process.platform !== 'linux' && 'only Linux says so',
    },
    async () => {
      watch(() => undefined).used()
      interfaces.asked = 0
      await sleep(1000)
      assert.ok(interfaces.asked <= 1, `looked at ${interfaces.asked} times within a second`)
    },
  )
})
