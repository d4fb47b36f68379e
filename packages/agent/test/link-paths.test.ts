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
