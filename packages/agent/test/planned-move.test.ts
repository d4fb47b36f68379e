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
  const routes = {
    routes: () => [{ local: 'udp://10.1.0.1:9' }],
    leave: (route: { local: string }) => left.push(route.local),
  }
  const links = [{ routes } as unknown as Link] // sound: a move asks for no more
  return { left, movable: { links, local: () => local, networks: { '5g': 'wwan' }, open: async () => undefined } }
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

test('a move that is planned ahead may be to a network that comes up until then', async () => {
  const local = [wifi]
  const { movable } = host(local)
  const moved = makeMove({ to: '5g', at: Date.now() + 320 }, { ...movable, links: [] }) // paths carry 300 ms before
  local.push(wwan)
  await moved
})
