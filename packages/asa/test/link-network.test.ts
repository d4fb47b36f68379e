/** The port of a node while the system takes its sockets away. */
import assert from 'node:assert/strict'
import { Socket } from 'node:dgram'
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import { mock, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'

const index = 99
const link = { address: 'fe80::1', netmask: 'ffff:ffff:ffff:ffff::', family: 'IPv6' as const, mac: '', internal: false }
mock.method(os, 'networkInterfaces', () => ({ absent0: [{ ...link, cidr: null, scopeid: index }] }))
syncBuiltinESMExports()
const { LinkNetwork } = await import('../src/link/link-network.ts')

test('a node whose socket failed can multicast, and stop, before it has another', { timeout: 10_000 }, async () => {
  const open = new Set<Socket>()
  const bind = Reflect.get(Socket.prototype, 'bind') as (this: Socket, ...args: unknown[]) => Socket
  const bound = mock.method(Socket.prototype, 'bind', function (this: Socket, ...args: unknown[]) {
    open.add(this)
    return bind.apply(
      this.on('close', () => open.delete(this)),
      args,
    )
  })
  const reports: string[] = []
  const network = await LinkNetwork.open({
    address: new Uint8Array([127, 0, 0, 1]),
    report: (line) => void reports.push(line),
  })
  network.start(() => undefined)
  ;[...open][0]!.emit('error', new Error('gone'))
  network.multicast(index, new Uint8Array(1))
  await network.stop()
  assert.ok(reports.includes(`GRASP: port ${network.port}: gone`))
  while (open.size > 0) await setTimeout(5)
  assert.equal(bound.mock.callCount(), 3)
})
