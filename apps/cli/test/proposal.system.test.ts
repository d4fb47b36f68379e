import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Proposal } from '@vagus/api/steering'
import { steeringController } from './steering-controller.ts'
import { approvalOf, ended, inForce, measured, open, owing, possible } from './steering-samples.ts'

const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()
const recent: Proposal = { ...open, openedAt: new Date(Date.now() - 120_000).toISOString() }

test('an approval asks the controller, as its operator, and shows who asks for what, and what neighbours are told', async (t) => {
  const controller = await steeringController(t, [open])
  controller.answer = () => approvalOf(open, inForce)
  const { exit, out, err } = await controller.typed(['approve', 'transit-7', '--for', '10m'])
  assert.deepEqual([exit, err], [0, ''])
  assert.deepEqual(controller.asked, [{ id: 'transit-7', what: { seconds: 600, dryRun: false } }])
  assert.match(out, /^transit-7 is in force: 10\.16\.0\.0\/16 pe-1-tr-1 → pe-2-tr-1, until .*13:40:02Z$/m)
  assert.match(out, /^10\.16\.0\.0\/16 +pe-1-tr-1 +pe-1 +200 +10\.0\.1\.2 +2 +MED 100 +MED 200$/m)
  assert.match(out, /^10\.16\.0\.0\/16 +pe-2-tr-1 +pe-2 +none +10\.0\.2\.2 +2 +MED 100 +–$/m)
  assert.match(out, /^it goes back by itself at .*13:40:02Z\n {2}undo {4}vagus proposal undo transit-7$/m)
})

test('a dry run asks for one, and ends with the line that does it', async (t) => {
  const controller = await steeringController(t, [open])
  controller.answer = () => approvalOf(open, possible)
  const { exit, out } = await controller.typed(['approve', 'transit-7', '--for', '90m', '--dry-run'])
  assert.equal(exit, 0)
  assert.deepEqual(controller.asked, [{ id: 'transit-7', what: { seconds: 5400, dryRun: true } }])
  assert.match(out, /^transit-7 can be approved: 10\.16\.0\.0\/16 pe-1-tr-1 → pe-2-tr-1, for 1h 30m$/m)
  assert.match(out, /TOLD NOW$/m)
  assert.match(out, /nothing was changed\n {2}do it {3}vagus proposal approve transit-7 --for 90m\n$/)
})

test('for programs, the answer is that of the API, unchanged', async (t) => {
  const controller = await steeringController(t, [open])
  controller.answer = (_, what) => approvalOf(open, what === 'end' ? ended : inForce)
  const approved = await controller.typed(['approve', 'transit-7', '--json'])
  assert.deepEqual(JSON.parse(approved.out), approvalOf(open, inForce))
  const undone = await controller.typed(['undo', 'transit-7', '--json'])
  assert.deepEqual(JSON.parse(undone.out), approvalOf(open, ended))
})

test('when an agent declines, its words are shown, and the next step is to look at it', async (t) => {
  const controller = await steeringController(t, [open])
  const detail =
    'pe-4 does not take MED 200 of 10.16.0.0/16 on pe-4-tr-2: 10.16.0.0/16 is outside of its bounds (POLICY); nothing was changed'
  controller.answer = () => ({ status: 409, detail })
  const { exit, out, err } = await controller.typed(['approve', 'transit-7'])
  assert.deepEqual([exit, out], [1, ''])
  assert.equal(inOneLine(err), `vagus: ${detail} vagus device show pe-4 · vagus doctor`)
})

test('an answer that does not come leaves open what became of it, and says where to see it', async (t) => {
  const controller = await steeringController(t, [open])
  controller.answer = () => ({ status: 504, detail: 'the controller did not answer within 120 s' })
  const { exit, err } = await controller.typed(['approve', 'transit-7'])
  assert.equal(exit, 5)
  assert.match(inOneLine(err), /within 120 s; it may still do it vagus proposal show transit-7$/)
})

test('a refusal that names no device leads to the record', async (t) => {
  const controller = await steeringController(t, [open])
  controller.answer = () => ({ status: 409, detail: 'transit-6 is in force at transit; end it first' })
  const { exit, err } = await controller.typed(['approve', 'transit-7'])
  assert.equal(exit, 1)
  assert.match(inOneLine(err), /end it first vagus proposal show transit-7 · vagus doctor$/)
})

test('without the key of the operator nothing is asked, and the line to type there is shown', async (t) => {
  const controller = await steeringController(t, [open])
  const none = await controller.typed(['approve', 'transit-7'], { home: join(controller.home, 'other') })
  assert.equal(none.exit, 4)
  assert.match(inOneLine(none.err), /the key of the operator: .*operator\.key does not exist/)
  assert.match(none.err, /on the host of the controller, as its user: vagus proposal approve transit-7 --home FOLDER/)
  writeFileSync(join(controller.home, 'operator.key'), 'of another controller\n')
  const wrong = await controller.typed(['undo', 'transit-7'])
  assert.equal(wrong.exit, 4)
  assert.match(wrong.err, /only with the key[^]*as its user: vagus proposal undo transit-7 --home FOLDER/)
  assert.deepEqual(controller.asked, [])
})

test('a key of the operator that others may read is not used', async (t) => {
  const controller = await steeringController(t, [open])
  chmodSync(join(controller.home, 'operator.key'), 0o644)
  const { exit, err } = await controller.typed(['approve', 'transit-7'])
  assert.equal(exit, 4)
  assert.match(inOneLine(err), /operator\.key has mode 0644, .*it must be 0600 chmod 600 \S+operator\.key .*restart/)
  assert.deepEqual(controller.asked, [])
})

test('a time that no lease may have is refused here, before anybody is asked', async (t) => {
  const controller = await steeringController(t, [open])
  for (const time of ['59s', '25h']) {
    const { exit, err } = await controller.typed(['approve', 'transit-7', '--for', time])
    assert.equal(exit, 2)
    assert.match(err, /--for must be 1m to 1d, not /)
  }
  assert.deepEqual(controller.asked, [])
})

test('Ctrl-C says that the controller finishes what it has begun, and where to see it', async (t) => {
  const controller = await steeringController(t, [open])
  const stop = new AbortController()
  controller.answer = () => {
    stop.abort()
    return new Promise(() => undefined)
  }
  const { exit, err } = await controller.typed(['approve', 'transit-7'], { signal: stop.signal })
  assert.deepEqual(
    [exit, err],
    [130, 'vagus: interrupted; the controller finishes it: vagus proposal show transit-7\n'],
  )
})

test('of an unknown proposal, it says where the ids are', async (t) => {
  const controller = await steeringController(t, [open])
  for (const what of ['approve', 'undo', 'show']) {
    const { exit, err } = await controller.typed([what, 'transit-8'])
    const said = 'vagus: there is no proposal "transit-8"\n  the ids: vagus proposal ls --last 7d\n'
    assert.deepEqual([exit, err], [2, said])
  }
})

test('undo fails while an agent has not released its part, names it, and prints the approval all the same', async (t) => {
  const controller = await steeringController(t, [open])
  controller.answer = () => approvalOf(open, owing)
  const { exit, out, err } = await controller.typed(['undo', 'transit-7'])
  assert.equal(exit, 1)
  assert.match(out, /^transit-7 has ended/)
  assert.match(
    err,
    /^vagus: not released yet: 10\.16\.0\.0\/16 on pe-1-tr-1 at pe-1, at the latest at .*13:40:02Z .*vagus proposal show transit-7\n$/,
  )
  const asked = await controller.typed(['undo', 'transit-7', '--json'])
  assert.deepEqual([asked.exit, asked.err, JSON.parse(asked.out)], [1, '', approvalOf(open, owing)])
})

test('undo tells what was in force, why it ended, and how long before its time', async (t) => {
  const controller = await steeringController(t, [open])
  controller.answer = () => approvalOf(open, { ...ended, by: 'operator', because: 'the operator ended it' })
  const { exit, out } = await controller.typed(['undo', 'transit-7'])
  assert.equal(exit, 0)
  assert.deepEqual(controller.asked, [{ id: 'transit-7', what: 'end' }])
  assert.equal(
    out,
    [
      'transit-7 has ended, 47m 30s before its time: the operator ended it',
      '  it had MED 200 for 10.16.0.0/16 on pe-4-tr-2, at pe-4',
      '  it had MED 200 for 10.16.0.0/16 on pe-1-tr-1, at pe-1',
      '',
    ].join('\n'),
  )
})

test('the record of a proposal can be read where the controller knows no border any more', async (t) => {
  const controller = await steeringController(t, [measured])
  const { exit, out } = await controller.typed(['show', 'transit-6'])
  assert.equal(exit, 0)
  assert.match(out, /^pe-2-tr-1 +3\.30 Mb\/s +– +12\.9 Mb\/s +– +–$/m)
  const { out: json } = await controller.typed(['show', 'transit-6', '--json'])
  assert.equal((JSON.parse(json) as { kind: string }).kind, 'Proposal')
})

test('the list asks for a state and a time; a state that is none is refused here, with those that there are', async (t) => {
  const controller = await steeringController(t, [recent, measured])
  const { exit, out } = await controller.typed(['ls', '--state', 'open', '--last', '7d', '-n', '10', '-o', 'wide'])
  assert.equal(exit, 0)
  assert.match(out, /^transit-7 +2m .*open +10\.16\.0\.0\/16 pe-1-tr-1 → pe-2-tr-1 +93 → 61 % +– +– +– +transit +/m)
  const wrong = await controller.typed(['ls', '--state', 'opened'])
  assert.equal(wrong.exit, 2)
  assert.match(wrong.err, /open, taken, measured, relieved, outdated/)
})
