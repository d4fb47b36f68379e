/** What people read of boxes that join: the operator of the domain, and whoever stands beside the box. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Join, joinListSchema, joinResourceSchema } from '@vagus/api/joins'
import type { News } from '@vagus/brski/pledge'
import type { Canvas } from '../src/controller-options.ts'
import { registrarOf } from '../src/device-joins.ts'
import { joinChecks } from '../src/doctor/joins.ts'
import { joinListText, joinText, nextOfJoins } from '../src/join/join-text.ts'
import { newsText } from '../src/join/news-text.ts'
import { noPaint } from '../src/paint.ts'

const now = '2026-11-28T12:00:00.000Z'
const agent = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK'
const waiting: Join = {
  serial: 'BOX-17',
  state: 'waiting',
  since: '2026-11-28T11:58:00.000Z',
  device: null,
  maker: 'our own',
  from: '10.9.0.2',
  lastAt: '2026-11-28T11:59:57.000Z',
  agent: null,
  certificateUntil: null,
  problem: null,
}
const joined: Join = {
  ...waiting,
  serial: 'BOX-18',
  state: 'joined',
  device: 'pe-2',
  agent,
  certificateUntil: '2026-12-28T12:00:00.000Z',
}
const accepted: Join = { ...waiting, serial: 'BOX-19', state: 'accepted', device: 'pe-3', problem: 'another nonce' }
const list = { apiVersion: 'vagus/v1', kind: 'JoinList', now, items: [waiting, accepted, joined] } as const
const canvas = (columns: number, detail: Canvas['detail'] = 'plain'): Canvas => ({ columns, paint: noPaint, detail })
const listOf = (items: readonly Join[]) => ({ ...list, items: [...items] })

describe('vagus join', () => {
  test('ls has those that wait first, fits 80 columns, and says what comes next', () => {
    joinListSchema.parse(list)
    const drawn = joinListText(listOf(list.items), canvas(80))
    for (const line of drawn.split('\n')) assert.ok(line.length <= 80, line)
    assert.match(drawn, /^SERIAL +STATE +FOR +DEVICE/)
    assert.match(drawn, /^BOX-17 +waiting +2m +– +our own +3 s ago/m)
    assert.match(drawn, /3 boxes, 1 waiting for you$/)
    assert.equal(nextOfJoins(list.items), 'vagus join accept BOX-17')
    assert.equal(nextOfJoins([joined]), 'vagus join show BOX-18')
    assert.equal(joinListText(listOf([]), canvas(80)), 'no box has asked to join')
  })

  test('ls -o wide has what a box complains of', () =>
    assert.match(joinListText(listOf(list.items), canvas(Infinity, 'wide')), /^BOX-19 .* another nonce$/m))

  test('show says what the state means, and which device is missing', () => {
    const show = (one: Join): string =>
      joinText(joinResourceSchema.parse({ ...list, kind: 'Join', ...one }), canvas(100))
    assert.match(show(waiting), /state +waiting, for 2m: asks to join, and waits for you/)
    assert.match(show(waiting), /device +none yet: devices.serial in vagus.yaml, or "vagus join accept --device", says/)
    assert.match(show(joined), new RegExp(`agent +${agent}`))
    assert.match(show(joined), /until 2026-12-28 12:00:00Z, renewed before/)
    assert.doesNotMatch(show({ ...joined, state: 'revoked' }), /renewed/)
    assert.match(show({ ...joined, state: 'accepted' }), /on the box +vagus device join --forget/)
    const long = { ...list, ...waiting, kind: 'Join', problem: 'its MASA cannot be asked: '.repeat(5) }
    for (const line of joinText(joinResourceSchema.parse(long), canvas(80)).split('\n'))
      assert.ok(line.length <= 80, line)
    assert.doesNotMatch(show(accepted) + show(joined), /--forget/)
  })
})

test('vagus doctor names boxes that wait, are stuck, have no device, or do not renew', () => {
  const at = Date.parse(now)
  assert.deepEqual(joinChecks([], at), [])
  assert.deepEqual(
    joinChecks([joined], at).map(({ state, found }) => [state, found]),
    [['ok', '1 box has joined; none waits for you']],
  )
  const bad = joinChecks([waiting, accepted, { ...joined, device: null }], Date.parse('2026-12-25T12:00:00Z'))
  assert.deepEqual(
    bad.map(({ fix }) => fix),
    [
      'vagus join accept BOX-17',
      'vagus join show BOX-19',
      'vagus join accept BOX-18 --device NAME',
      'does "vagus device" run there? vagus join show BOX-18',
    ],
  )
})

test('every news is a sentence that says what to do, where somebody must', () => {
  const news: readonly (readonly [News, RegExp])[] = [
    [{ what: 'connecting', place: '[fe80::1%eth0]:4443' }, /by \[fe80::1%eth0\]:4443$/],
    [{ what: 'failed', place: 'p', because: 'x', nextInMs: 4200 }, /p did not help: x; tries again in 4 s/],
    [{ what: 'failed', place: 'p', because: 'x', nextInMs: Infinity }, /p did not help: x$/],
    [{ what: 'waiting', exchange: 'voucher', milliseconds: 5000 }, /vagus join accept BOX-17 \(asks again in 5 s\)/],
    [{ what: 'waiting', exchange: 'settings', milliseconds: 5000 }, /vagus join accept BOX-17 --device NAME/],
    [{ what: 'waiting', exchange: 'enrol', milliseconds: 5000 }, /not ready yet/],
    [{ what: 'reached', stage: 'enrol' }, /voucher/],
    [{ what: 'renewed' }, /renewed/],
    [{ what: 'begins anew', because: 'x' }, /begins anew: x/],
  ]
  for (const [one, says] of news) assert.match(newsText(one, 'BOX-17'), says)
})

test('a join proxy must know where the registrar is, or have a controller that says it', async () => {
  const none = { joins: undefined, registrar: undefined, 'steered-by': undefined }
  assert.equal(await registrarOf(none), undefined)
  assert.equal(await registrarOf({ ...none, joins: ['*'], 'steered-by': agent }), undefined)
  assert.deepEqual(await registrarOf({ ...none, joins: ['*'], registrar: '[fd00::1]:7604' }), {
    address: 'fd00::1',
    port: 7604,
  })
  await assert.rejects(
    registrarOf({ ...none, joins: ['*'] }),
    /--joins needs --registrar ADDR:PORT, or --steered-by ID/,
  )
  await assert.rejects(registrarOf({ ...none, joins: ['*'], registrar: 'somewhere' }), /ADDRESS:PORT/)
})
