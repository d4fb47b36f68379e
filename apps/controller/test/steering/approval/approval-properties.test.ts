/** Whatever devices answer, in whatever order things happen: nothing is in force that is not known, and nothing is for ever. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ApprovalProblem } from '../../../src/steering/approval/approval-problem.ts'
import type { Mood } from './fake-devices.ts'
import { first, Scene, second } from './scene.ts'

type Action =
  | { readonly type: 'approve' | 'undo' | 'dry'; readonly id: string; readonly script: readonly Mood[] }
  | { readonly type: 'wait'; readonly seconds: number; readonly script: readonly Mood[] }
  | { readonly type: 'restart' | 'leave' | 'return'; readonly device: string }
  | { readonly type: 'killed'; readonly id: string; readonly calls: number; readonly when: 'before' | 'after' }
  | { readonly type: 'full' | 'free' }

const mood = fc.constantFrom<Mood>('well', 'well', 'well', 'well', 'decline', 'absent', 'unheard', 'unanswered')
const script = fc.array(mood, { maxLength: 12 })
const id = fc.constantFrom('transit-1', 'transit-2')
const device = fc.constantFrom('pe-1', 'pe-2', 'pe-3')
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('approve' as const), id, script }) },
  fc.record({ type: fc.constantFrom('undo' as const, 'dry' as const), id, script }),
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), seconds: fc.nat({ max: 90 }), script }) },
  fc.record({ type: fc.constantFrom('restart' as const, 'leave' as const, 'return' as const), device }),
  fc.record({
    type: fc.constant('killed' as const),
    id,
    calls: fc.nat({ max: 9 }),
    when: fc.constantFrom('before' as const, 'after' as const),
  }),
  fc.record({ type: fc.constantFrom('full' as const, 'free' as const) }),
)

const places = new Set(
  [first, second].flatMap(({ classes, moves }) => [
    ...classes.map(({ prefix, link }) => `${prefix} ${link}`),
    ...moves.map(({ prefix, to }) => `${prefix} ${to}`),
  ]),
)

/** What is in force at devices is in the book, and what was asked for is what was proposed. */
function check({ devices, book }: Scene): void {
  const known = new Set([...book.leases.map(({ plan }) => plan), ...book.owed.map(({ place }) => place.plan)])
  for (const plan of devices.plans) assert.ok(known.has(plan), `nobody knows of plan ${plan}`)
  for (const { place, med } of devices.asked) {
    assert.ok(places.has(`${place.prefix} ${place.link}`), `${place.prefix} on ${place.link} was not proposed`)
    assert.ok(med === null || med >= 200, `MED ${med} would draw`)
  }
}

async function approved(scene: Scene, wanted: string, run: 'dry' | 'live'): Promise<void> {
  const before = scene.devices.inForce
  try {
    const { leases } = await scene.approve(wanted, run)
    if (run === 'dry') return assert.deepEqual(scene.devices.inForce, before)
    const made = leases.filter(({ med, after }) => med !== null && after !== null).map(({ link }) => link)
    assert.deepEqual(
      scene.book.heldOf(wanted)?.leases.map(({ link }) => link),
      made,
    )
  } catch (error) {
    assert.ok(error instanceof ApprovalProblem, String(error))
    if (/nothing was changed$|all is as it was before$/.test(error.message))
      assert.deepEqual(scene.devices.inForce, before, error.message)
    else assert.match(error.message, /NOT taken back: |is in force until|try again in a moment/)
  }
}

async function act(scene: Scene, one: Action): Promise<void> {
  const { devices, keeper } = scene
  if ('script' in one) devices.script = [...one.script]
  if (one.type === 'approve') await approved(scene, one.id, 'live')
  if (one.type === 'dry') await approved(scene, one.id, 'dry')
  if (one.type === 'undo')
    await scene.undo(one.id).catch((error: unknown) => assert.ok(error instanceof ApprovalProblem))
  if (one.type === 'wait') await scene.seconds(one.seconds)
  if (one.type === 'restart') devices.restart(one.device)
  if (one.type === 'leave') devices.away.add(one.device)
  if (one.type === 'return') devices.away.delete(one.device)
  if (one.type === 'full' || one.type === 'free') keeper.isFull = one.type === 'full'
  if (one.type !== 'killed') return
  const killed = devices.killAt(one.calls, one.when)
  await Promise.race([killed, scene.approve(one.id).catch(() => undefined)])
  scene.crash()
}

test('any order of approvals, failures, crashes and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 12 }), async (actions) => {
      const scene = new Scene()
      for (const one of actions) {
        // A disk that is full while the controller is killed loses what it did not take: that is told when it happens.
        if (one.type === 'killed' && scene.keeper.isFull) continue
        await act(scene, one)
        check(scene)
      }
      scene.devices.script = []
      scene.devices.away.clear()
      scene.keeper.isFull = false
      await scene.seconds(700)
      check(scene)
      const { devices, book, proposals } = scene
      assert.deepEqual([devices.inForce, book.held, book.owed, book.begun], [[], [], [], []])
      for (const { approval } of proposals.all()) assert.notEqual(approval?.state, 'in-force')
    }),
    { numRuns: 100 },
  )
})
