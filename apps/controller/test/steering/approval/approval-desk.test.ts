/** Approvals with devices in virtual time: all or nothing, and what is neither is named. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sentenceOf } from '@vagus/api'
import type { Approval } from '@vagus/api/steering'
import { approvalWithOwed, withOwed } from '../../../src/resources/proposals.ts'
import { Scene } from './scene.ts'

const sentences = (scene: Scene): readonly string[] => scene.told.splice(0).map(sentenceOf)
const approvalOf = (scene: Scene, id = 'transit-1') => scene.proposals.find(id)?.approval

describe('an approval', () => {
  test('sets what lies aside first, then what the prefix leaves, and tells both', async () => {
    const scene = new Scene()
    const approval = await scene.approve()
    assert.deepEqual(scene.devices.inForce, ['10.1.0.0/16 tr-1 200', '10.1.0.0/16 tr-3 200'])
    const calls = scene.devices.asked.map(({ kind, place }) => `${kind} ${place.link}`)
    assert.deepEqual(calls, ['look tr-2', 'prepare tr-3', 'prepare tr-1', 'confirm tr-3', 'confirm tr-1'])
    assert.deepEqual(
      approval.leases.map(({ link, med, before, after }) => [link, med, before[0]?.med, after?.[0]?.med]),
      [
        ['tr-3', 200, 100, 200],
        ['tr-1', 200, 100, 200],
        ['tr-2', null, 100, undefined],
      ],
    )
    assert.deepEqual(approvalOf(scene), approval)
    assert.deepEqual(sentences(scene), [
      'Proposal transit-1 is approved by the operator for 9m 45s: 10.1.0.0/16 from tr-1 to tr-2',
    ])
  })

  test('asks for a MED that is worse than what is told at the goal, and for none where there is none', async () => {
    const scene = new Scene()
    scene.devices.usual.set('tr-2', 300)
    assert.deepEqual(
      (await scene.approve('transit-1', 'dry')).leases.map(({ med }) => med),
      [500, 500, null],
    )
    scene.devices.usual.set('tr-2', 1000)
    await assert.rejects(scene.approve(), {
      status: 409,
      message:
        '10.1.0.0/16 would not leave tr-3: no MED that routers can be asked for is worse than what is told on tr-2; nothing was changed',
    })
    assert.deepEqual(scene.devices.inForce, [])
  })

  test('ends by itself with its time, those on the links that it left first', async () => {
    const scene = new Scene()
    await scene.approve('transit-1', 'live', 120)
    await scene.seconds(104)
    assert.equal(scene.devices.inForce.length, 2)
    await scene.seconds(3)
    assert.deepEqual([scene.devices.inForce, scene.book.held, scene.book.owed], [[], [], []])
    assert.equal(approvalOf(scene)?.because, 'its time was over')
  })

  test('that a later one needs goes over to it, and what stands in its way ends', async () => {
    const scene = new Scene()
    await scene.approve()
    await scene.seconds(200)
    sentences(scene)
    const { leases } = await scene.approve('transit-2')
    assert.deepEqual(scene.devices.inForce, ['10.1.0.0/16 tr-1 200', '10.1.0.0/16 tr-2 200'])
    assert.deepEqual(
      leases.map(({ link, med }) => [link, med]),
      [
        ['tr-2', 200],
        ['tr-1', 200],
        ['tr-3', null],
      ],
    )
    assert.equal(approvalOf(scene)?.because, 'transit-2 took its place')
    await scene.undo('transit-2')
    assert.deepEqual(scene.devices.inForce, [])
  })

  test('that fails after it ended an earlier lease makes that anew', async () => {
    const scene = new Scene()
    await scene.approve()
    // look, prepare, release; then the confirmation is declined
    scene.devices.script = ['well', 'well', 'well', 'decline']
    await assert.rejects(scene.approve('transit-2'), { status: 409, message: /all is as it was before$/ })
    assert.deepEqual(scene.devices.inForce, ['10.1.0.0/16 tr-1 200', '10.1.0.0/16 tr-3 200'])
    assert.equal(approvalOf(scene)?.state, 'in-force')
    await scene.seconds(60)
    assert.equal(approvalOf(scene)?.state, 'in-force')
  })

  test('is refused in every state but open, while another is made there, and where it is unknown', async () => {
    const scene = new Scene()
    const making = scene.approve()
    await assert.rejects(scene.approve('transit-2'), {
      status: 409,
      message: 'transit-1 is being approved or undone at the border of transit; try again in a moment',
    })
    await making
    await assert.rejects(scene.approve(), { status: 409, message: /^transit-1 is in force until 2026-11-26T03:09:45/ })
    await assert.rejects(scene.approve('transit-9'), {
      status: 404,
      message: 'there is no proposal "transit-9"; the last are transit-2, transit-1; see /v1/proposals',
    })
    await scene.undo()
    await assert.rejects(scene.undo(), {
      status: 409,
      message: 'transit-1 has ended: the operator ended it; there is nothing to undo',
    })
    await assert.rejects(scene.undo('transit-2'), { message: 'transit-2 was never approved; there is nothing to undo' })
    scene.proposals.take({ ...scene.proposals.find('transit-2')!, state: 'relieved' })
    await assert.rejects(scene.approve('transit-2'), {
      status: 409,
      message: /^transit-2 is relieved; only an open one/,
    })
  })

  test('is not begun when the disk does not take it', async () => {
    const scene = new Scene()
    scene.keeper.isFull = true
    await assert.rejects(scene.approve(), { status: 503, message: 'the disk is full; nothing was changed' })
    assert.deepEqual(
      scene.devices.asked.filter(({ kind }) => kind !== 'look'),
      [],
    )
  })
})

describe('what was approved', () => {
  test('ends when a device has it no more, and the others release it', async () => {
    const scene = new Scene()
    await scene.approve()
    sentences(scene)
    scene.devices.restart('pe-3')
    await scene.seconds(40)
    assert.deepEqual(scene.devices.inForce, [])
    assert.deepEqual(sentences(scene), [
      'What was approved of transit-1 has ended: pe-3 has 10.1.0.0/16 on tr-3 no more: there is no lease of that plan',
    ])
  })

  test('ends when an agent is gone for long; what it has is released when it is back', async () => {
    const scene = new Scene()
    await scene.approve()
    scene.devices.away.add('pe-1')
    await scene.seconds(30)
    assert.equal(approvalOf(scene)?.state, 'in-force', 'a short absence is none')
    await scene.seconds(20)
    assert.match(
      approvalOf(scene)?.because ?? '',
      /^the agent of pe-1 is gone for \d\d s; not released at once: 10.1.0.0\/16 on tr-1 at pe-1, which ends by itself at 2026-11-26T03:09:45/,
    )
    assert.deepEqual(scene.devices.inForce, ['10.1.0.0/16 tr-1 200'])
    const owed = (): Approval['owed'] => withOwed(scene.proposals.find('transit-1')!, scene.book).approval?.owed
    const [left, ...more] = owed() ?? []
    assert.deepEqual([left?.prefix, left?.device, left?.link, more], ['10.1.0.0/16', 'pe-1', 'tr-1', []])
    assert.equal(left?.until, approvalOf(scene)?.until)
    scene.devices.away.clear()
    await scene.seconds(10)
    assert.deepEqual([scene.devices.inForce, scene.book.owed, owed()], [[], [], undefined])
  })

  test('that is in force owes nothing, whatever an earlier one still does', async () => {
    const scene = new Scene()
    await scene.approve()
    scene.devices.away.add('pe-1')
    await scene.undo()
    const ended = approvalOf(scene)!
    assert.equal(approvalWithOwed('transit-1', ended, scene.book).owed?.length, 1)
    assert.equal(approvalWithOwed('transit-1', { ...ended, state: 'in-force' }, scene.book).owed, undefined)
    assert.equal(approvalWithOwed('transit-2', ended, scene.book).owed, undefined)
  })

  test('ends as if its person had ended it when somebody undoes a part of it at a device', async () => {
    const scene = new Scene()
    await scene.approve()
    scene.devices.undo('pe-3')
    await scene.seconds(20)
    assert.deepEqual(scene.devices.inForce, [])
    const { endedBy, because } = approvalOf(scene)!
    assert.deepEqual([endedBy, because], ['operator', 'pe-3 has 10.1.0.0/16 on tr-3 no more: undone'])
  })

  test('is released at its end also when the clock was set, as the devices go by their own', async () => {
    const scene = new Scene()
    await scene.approve()
    scene.ahead = 3_600_000
    await scene.seconds(1)
    assert.equal(approvalOf(scene)?.because, 'its time was over')
    assert.deepEqual([scene.devices.inForce, scene.book.owed], [[], []])
  })

  test('survives the controller, and a crash in the midst is taken back', async () => {
    const scene = new Scene()
    await scene.approve()
    scene.crash()
    await scene.seconds(60)
    assert.equal(approvalOf(scene)?.state, 'in-force')
    assert.deepEqual(scene.devices.inForce.length, 2)
    await scene.undo()
    sentences(scene)

    const killed = scene.devices.killAt(3, 'after')
    void scene.approve('transit-2')
    await killed
    assert.equal(scene.devices.inForce.length, 1)
    scene.crash()
    await scene.seconds(1)
    assert.deepEqual([scene.devices.inForce, scene.book.owed, scene.book.begun], [[], [], []])
    assert.deepEqual(sentences(scene), [
      'Proposal transit-2 could not be approved by the operator: the controller stopped in the midst; what may have been set is released',
    ])
  })
})
