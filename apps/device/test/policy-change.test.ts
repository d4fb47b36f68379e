import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PolicyChange, PolicyPlan } from '@vagus/router'
import { PolicyChanges } from '../src/policy-change.ts'

/** Beside a router that lacks one line until it is applied; `failing`: what it refuses to do. */
function besideRouter() {
  const router = {
    now: 1000,
    lines: [] as string[],
    saved: null as object | null,
    failing: new Set<string>(),
    done: [] as string[],
  }
  const told: string[] = []
  const deeds: string[] = []
  const step = async (name: string, then = (): void => {}): Promise<void> => {
    if (router.failing.has(name)) throw new Error('no router')
    router.done.push(name)
    then()
  }
  const policyChangeOf = (saved: object): PolicyChange => ({
    installed: ['a line'],
    saved,
    apply: async () => {
      assert.deepEqual(router.saved, saved, 'before the router is asked')
      router.lines = ['a line']
      await step('apply')
    },
    confirm: () => step('confirm'),
    revert: () => step('revert', () => (router.lines = [])),
  })
  /** Another one when the agent before was killed. */
  const open = (): PolicyChanges =>
    new PolicyChanges({
      router: {
        policyChange: async () => (router.lines.length > 0 ? undefined : policyChangeOf({ lacks: 'a line' })),
        policyChangeOf,
      },
      store: { read: () => router.saved, write: (saved) => (router.saved = saved) },
      plan: async () => ({}) as PolicyPlan, // what it is, only a driver looks at
      now: () => router.now,
      changed: async () => {},
      report: (line) => told.push(line),
      tell: ({ event, by }) => deeds.push(`${event} by ${by.kind}`),
    })
  return { router, changes: open(), open, told, deeds }
}

describe('a change of the policy', () => {
  test('is recorded with who kept it or took it back; nothing is of what the router did not do', async () => {
    const { router, changes, deeds } = besideRouter()
    await changes.apply(10)
    router.failing.add('confirm')
    await assert.rejects(changes.confirm())
    router.failing.clear()
    await changes.confirm()
    router.lines = []
    await changes.apply(10)
    await changes.revert()
    await changes.apply(10)
    router.now += 10_000
    await changes.expire()
    assert.deepEqual(deeds, [
      'policy.installed by operator',
      'policy.confirmed by operator',
      'policy.installed by operator',
      'policy.taken-back by operator',
      'policy.installed by operator',
      'policy.taken-back by controller',
    ])
  })

  test('goes back as soon as another agent runs where the one before was killed, but stays once it is confirmed', async () => {
    const { router, changes, open } = besideRouter()
    await changes.apply(60)
    const after = open()
    assert.deepEqual(await after.apply(60), { state: 'pending', goesBackAt: 1000 })
    await after.expire()
    assert.deepEqual([router.lines, after.goesBackAt, router.saved], [[], undefined, null])
    await after.apply(60)
    await after.confirm()
    await open().expire()
    assert.deepEqual(router.lines, ['a line'])
  })

  test('goes back when its time comes, not before, and once', async () => {
    const { router, changes, told } = besideRouter()
    assert.deepEqual(await changes.apply(60), { state: 'applied', installed: ['a line'], goesBackAt: 61_000 })
    router.now = 60_999
    await changes.expire()
    assert.deepEqual([router.lines, changes.goesBackAt], [['a line'], 61_000])
    router.now = 61_000
    await Promise.all([changes.expire(), changes.expire()])
    assert.deepEqual([router.lines, changes.goesBackAt, router.done], [[], undefined, ['apply', 'revert']])
    assert.deepEqual(told, ['the policy was not confirmed, and is taken back'])
  })

  test('stays once it is confirmed; then nothing is missing, nothing pending', async () => {
    const { router, changes } = besideRouter()
    await changes.apply(60)
    assert.equal(await changes.confirm(), 'confirmed')
    router.now = 1e6
    await changes.expire()
    assert.deepEqual(router.lines, ['a line'])
    assert.deepEqual(await changes.apply(60), { state: 'in-place' })
    assert.deepEqual([await changes.confirm(), await changes.revert()], ['nothing-pending', 'nothing-pending'])
  })

  test('is one at a time, also when two are asked for at once', async () => {
    const { changes } = besideRouter()
    const [first, second] = await Promise.all([changes.apply(60), changes.apply(5)])
    assert.deepEqual([first.state, second], ['applied', { state: 'pending', goesBackAt: 61_000 }])
    assert.equal(await changes.revert(), 'reverted')
    assert.equal((await changes.apply(5)).state, 'applied')
  })

  test('that cannot be taken back is tried again until it is', async () => {
    const { router, changes, told } = besideRouter()
    await changes.apply(60)
    router.failing.add('revert')
    router.now = 61_000
    for (let round = 0; round < 3; round++) {
      await assert.rejects(changes.expire(), { message: /^the policy was not taken back: no router; tries again/ })
    }
    assert.equal(changes.goesBackAt, 61_000)
    router.failing.clear()
    await changes.expire()
    assert.deepEqual([router.lines, changes.goesBackAt, told.length], [[], undefined, 1])
  })

  test('that fails half way is taken back at once, or as soon as that works', async () => {
    const { router, changes } = besideRouter()
    router.failing.add('apply')
    await assert.rejects(changes.apply(60), { message: 'no router' })
    assert.deepEqual([router.lines, changes.goesBackAt], [[], undefined])
    router.failing.add('revert')
    await assert.rejects(changes.apply(60), { message: 'no router' })
    assert.deepEqual([router.lines, changes.goesBackAt], [['a line'], 1000])
    router.failing.clear()
    await changes.expire()
    assert.deepEqual([router.lines, changes.goesBackAt], [[], undefined])
  })

  test('that the router no longer has cannot be confirmed, and is still pending', async () => {
    const { router, changes } = besideRouter()
    await changes.apply(60)
    router.failing.add('confirm')
    await assert.rejects(changes.confirm(), { message: 'no router' })
    assert.equal(changes.goesBackAt, 61_000)
  })

  test('goes back when the agent ends, and none is begun then', async () => {
    const { router, changes, told } = besideRouter()
    await changes.apply(60)
    await changes.end()
    assert.deepEqual([router.lines, await changes.apply(60)], [[], { state: 'ending' }])
    assert.equal(told.length, 1)
  })
})
