import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HostRoute } from '@vagus/transport'
import { LinkPaths } from '../src/link/link-paths.ts'
import { RouteUsers } from '../src/link/route-users.ts'
import type { SessionRunner } from '../src/link/session-runner.ts'

test('the route of a path that was closed, because nobody answered there, is given up, and may be opened again', () => {
  const closed: string[] = []
  const routeTo = (remote: string): HostRoute =>
    ({ remote, close: () => closed.push(remote) }) as Partial<HostRoute> as HostRoute // no more is asked of it
  const open = new Map([[0, routeTo('tcp')]])
  const session = {
    addPath: (route: HostRoute) => open.set(2, route) && 2,
    paths: () => [...open].map(([path, route]) => ({ path, route })),
  }
  const runner = { session, wake: () => undefined } as unknown as SessionRunner
  const all = new RouteUsers<{ say(): void }>()
  const paths = new LinkPaths(runner, open.get(0)!, { say: () => undefined }, { byRoute: all })
  const udp = routeTo('udp')
  paths.add(udp)
  paths.changed(2, 'dead')
  assert.deepEqual([...paths.routes()].length, 2)
  open.delete(2)
  paths.changed(2, 'closed')
  assert.deepEqual([closed, [...paths.routes()].map(({ remote }) => remote), all.of(udp)], [['udp'], ['tcp'], []])
})

test('an offer of a direct path that comes before the link is up here is read once it is, and not many of them', () => {
  const runner = { session: { paths: () => [] }, wake: () => undefined } as unknown as SessionRunner
  const paths = new LinkPaths(
    runner,
    { remote: 'relay' } as HostRoute,
    { say: () => undefined },
    { byRoute: new RouteUsers() },
  )
  const octets = Uint8Array.of(1, 2)
  paths.noticed(22, octets)
  octets.fill(0) // of a packet whose memory is used again
  for (let count = 0; count < 100; count++) paths.noticed(21, octets)
  paths.noticed(22, new Uint8Array(60_000))
  const heard: (readonly [number, ...number[]])[] = []
  const seeker = {
    noticed: (kind: number, told: Uint8Array) => heard.push([kind, ...told]),
    pathEnded: () => undefined,
  }
  paths.soughtBy(seeker)
  assert.deepEqual(heard, [[22, 1, 2], ...Array.from({ length: 7 }, () => [21, 0, 0])])
  paths.noticed(22, Uint8Array.of(3))
  assert.deepEqual(heard.at(-1), [22, 3])
})
