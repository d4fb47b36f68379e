import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoSuchNetworkError } from '../src/errors.ts'
import type { Link } from '../src/link/link.ts'
import type { LocalAddress } from '../src/dial/local-addresses.ts'
import { makeMove } from '../src/dial/planned-move.ts'

const wifi: LocalAddress = { address: '10.1.0.1', family: 4, interface: 'wifi' }
const wwan: LocalAddress = { address: '10.2.0.1', family: 4, interface: 'wwan' }

/** A link with one path, by Wi-Fi, on a host with `local`. */
function host(local: LocalAddress[]) {
  const left: string[] = []
  const told: unknown[] = []
  const routes = {
    routes: () => [{ local: 'udp://10.1.0.1:9' }],
    leave: (route: { local: string }) => left.push(route.local),
    announce: (moving: unknown) => told.push(moving),
  }
  const links = [{ routes } as unknown as Link] // sound: a move asks for no more
  return { left, told, movable: { links, local: () => local, networks: { '5g': 'wwan' }, open: async () => undefined } }
}

test('a move to a network that is not there leaves nothing, and says what is there', async () => {
  const { left, movable } = host([wifi, wwan])
  const rows = [{ to: 'nosuch0' }, { to: '10.9.0.0/16' }, { from: 'wifi', to: 'nosuch0' }]
  for (const move of rows)
    await assert.rejects(
      makeMove(move, movable),
      (error) =>
        error instanceof NoSuchNetworkError &&
        error.message === `no interface, address or prefix ${move.to} here; there are wifi, wwan`,
    )
  await assert.rejects(makeMove({ to: 'wwan' }, host([]).movable), /none leads outside$/)
  assert.deepEqual(left, [])
})

test('peers are told at once, and when it is over, unless a gap is still to come', async () => {
  const at = Date.now() + 400
  const { told, movable } = host([wifi, wwan])
  const moved = makeMove({ to: '5g', from: 'wifi', at }, movable)
  const moving = { by: 'us', to: '5g', at, gap: 0, until: at + 2000 }
  assert.deepEqual(told, [moving])
  await moved
  assert.deepEqual(told, [moving, undefined])
  const other = host([wifi])
  await makeMove({ from: 'wifi', at, gap: 3000 }, other.movable)
  assert.deepEqual(
    other.told.map((each) => (each as typeof moving | undefined)?.gap),
    [3000],
  )
  const failing = host([wifi])
  await assert.rejects(makeMove({ to: '10.9.0.0/16', gap: 3000 }, failing.movable))
  assert.deepEqual([failing.told.length, failing.told.at(-1)], [2, undefined])
  assert.equal((failing.told[0] as { to: unknown }).to, undefined, 'an address is nobody’s business')
})

test('a move that is planned ahead may be to a network that comes up until then', async () => {
  const local = [wifi]
  const { movable } = host(local)
  const moved = makeMove({ to: '5g', at: Date.now() + 320 }, { ...movable, links: [] }) // paths carry 300 ms before
  local.push(wwan)
  await moved
})
