import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HostRoute } from '@vagus/transport'
import { RouteUsers } from '../src/link/route-users.ts'

test('a route has each of its users once, and none any more when the last one left', () => {
  const users = new RouteUsers<string>()
  // Routes are told apart by identity alone.
  const [one, other] = [{} as HostRoute, {} as HostRoute]
  for (const user of ['a', 'b', 'a']) users.add(one, user)
  users.add(other, 'c')
  assert.deepEqual([users.of(one), users.of(other)], [['a', 'b'], ['c']])
  const before = users.of(one)
  for (const user of before) users.delete(one, user)
  assert.deepEqual([before, users.of(one), users.of(other)], [['a', 'b'], [], ['c']])
  users.delete(one, 'a')
  assert.deepEqual(users.of(one), [])
})
