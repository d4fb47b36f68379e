import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sentenceOf } from '@vagus/api'
import { identityCrypto } from '@vagus/transport'
import type { EventDraft } from '../../src/events/event-draft.ts'
import { RosterBook } from '../../src/rosters/roster-book.ts'
import { RosterDesk } from '../../src/rosters/roster-desk.ts'
import { idOf, member, rosterOf } from '../support/roster.ts'

const now = Date.UTC(2026, 10, 26)
const owner = idOf(50)
const someone = { source: '192.0.2.1' }

function desk() {
  const told: EventDraft[] = []
  const rosters = new RosterDesk({
    book: new RosterBook({ load: () => [], keep: () => undefined, forget: () => undefined }, identityCrypto),
    owners: () => [{ name: 'acme', id: owner }],
    listedName: () => undefined,
    tell: (draft) => void told.push(draft),
    now: () => now,
  })
  const publish = (epoch: number, ...members: Parameters<typeof member>[]) =>
    rosters.publish('acme', rosterOf(now, { epoch, members: members.map((one) => member(...one)) }).jws, someone).type
  const never = new AbortController().signal
  return {
    rosters,
    publish,
    events: () => told.splice(0).map(sentenceOf),
    wait: (after: number | undefined, milliseconds: number, signal = never) =>
      rosters.newest(owner, { after, milliseconds, leave: [signal] }),
  }
}

describe('where owners publish', () => {
  test('what a roster changes is told; what the first one says is not news', () => {
    const { publish, events } = desk()
    publish(1, [1, 'writer', 'stolen'], [3, 'boss'])
    assert.deepEqual(events(), ['acme published its roster 1: 2 members, 1 in quarantine'])
    publish(2, [1, 'writer'], [3, 'boss', 'misbehaves'])
    assert.deepEqual(events(), [
      'acme published its roster 2: 2 members, 1 in quarantine',
      'writer is released from quarantine by acme (stolen)',
      'boss is put in quarantine by acme: misbehaves',
    ])
    assert.equal(publish(2, [1, 'writer'], [3, 'boss', 'misbehaves']), 'unchanged')
    assert.deepEqual(events(), [])
  })

  test('owners whom nobody configured need the operator, and are called what they call themselves', () => {
    const { rosters } = desk()
    const other = rosterOf(now, { epoch: 1, first: 60, name: 'globex' })
    assert.deepEqual(rosters.publish(other.owner, other.jws, someone), { type: 'stranger' })
    assert.deepEqual(rosters.publish('globex', other.jws, 'operator'), { type: 'unknown' })
    assert.equal(rosters.publish(other.owner, other.jws, 'operator').type, 'added')
    assert.equal(rosters.find('globex')?.owner, other.owner)
    const taken = rosterOf(now, { epoch: 1, first: 70, name: 'acme' })
    rosters.publish(taken.owner, taken.jws, 'operator')
    assert.equal(rosters.find('acme'), undefined, 'the name is that of vagus.yaml')
  })

  test('who waits gets the next one, of any number that wait', async () => {
    const { publish, wait } = desk()
    publish(1)
    assert.equal((await wait(undefined, 60_000)).type, 'newer')
    const waiting = [wait(1, 60_000), wait(1, 60_000), wait(undefined, 60_000)]
    const late = wait(2, 60_000)
    publish(2)
    publish(3)
    for (const found of await Promise.all([...waiting, late])) assert.equal(found.type, 'newer')
  })

  test('what is known, or says itself that it is too old, costs no work; what is not believed costs its source some', () => {
    let verified = 0
    let at = now
    const crypto = {
      ...identityCrypto,
      verifyEd25519(...signed: Parameters<typeof identityCrypto.verifyEd25519>) {
        verified++
        return identityCrypto.verifyEd25519(...signed)
      },
    }
    const rosters = new RosterDesk({
      book: new RosterBook({ load: () => [], keep: () => undefined, forget: () => undefined }, crypto),
      owners: () => [{ name: 'acme', id: owner }],
      listedName: () => undefined,
      tell: () => undefined,
      now: () => at,
    })
    const publish = (jws: string, source = someone.source) => rosters.publish('acme', jws, { source }).type
    const newest = rosterOf(now, { epoch: 5, rotations: 1 }).jws
    assert.equal(publish(newest), 'added')
    const before = verified
    for (let time = 0; time < 100; time++) {
      assert.equal(publish(newest), 'unchanged')
      assert.equal(publish(rosterOf(now, { epoch: 4, rotations: 1 }).jws), 'refused')
      assert.equal(publish(rosterOf(now, { epoch: 9 }).jws), 'refused', 'of before the rotation')
    }
    assert.equal(verified, before)
    const forged = `${rosterOf(now, { epoch: 7, rotations: 1 }).jws.slice(0, -8)}AAAAAAAA`
    const answers = Array.from({ length: 12 }, () => publish(forged))
    assert.deepEqual(new Set(answers.slice(0, 8)), new Set(['refused']))
    assert.deepEqual(new Set(answers.slice(8)), new Set(['tiresome']))
    assert.equal(publish(forged, '192.0.2.2'), 'refused')
    assert.equal(rosters.publish('acme', forged, 'operator').type, 'refused')
    const next = rosterOf(now, { epoch: 6, rotations: 1 }).jws
    assert.deepEqual([publish(next), publish(newest)], ['tiresome', 'unchanged'])
    at += 60_000
    assert.equal(publish(next), 'renewed')
  })

  test('a rotation is later than any epoch, which a thief of the key before may have signed', async () => {
    const { rosters, publish } = desk()
    publish(9_000_000)
    const wait = (rotations: number | undefined, after: number) =>
      rosters.newest(owner, { after, rotations, milliseconds: 5, leave: [] })
    assert.equal((await wait(0, 9_000_000)).type, 'unchanged')
    const rotated = rosterOf(now, { epoch: 2, rotations: 1 })
    assert.equal(rosters.publish('acme', rotated.jws, someone).type, 'renewed')
    assert.equal((await wait(0, 9_000_000)).type, 'newer')
    assert.equal((await wait(1, 2)).type, 'unchanged')
    assert.equal((await wait(1, 1)).type, 'newer')
    assert.equal((await wait(2, 0)).type, 'unchanged', 'who knows a further rotation knows better')
  })

  test('who waits too long, goes, or waits for what is not there, hears so', async () => {
    const { rosters, publish, wait } = desk()
    assert.deepEqual(await wait(undefined, 5), { type: 'unknown' })
    const early = wait(undefined, 60_000)
    publish(1)
    assert.equal((await early).type, 'newer')
    assert.deepEqual(await wait(1, 5), { type: 'unchanged' })
    const gone = new AbortController()
    const left = wait(1, 60_000, gone.signal)
    gone.abort()
    assert.deepEqual(await left, { type: 'unchanged' })
    const forgotten = wait(1, 50)
    rosters.forget('acme')
    assert.deepEqual(await forgotten, { type: 'unknown' })
  })

  test('an agent is a member by the roster, first of all where it is in quarantine', () => {
    const { rosters, publish } = desk()
    publish(1, [1, 'writer', 'stolen'])
    const other = rosterOf(now, { epoch: 1, first: 60, members: [member(1, 'scribe')] })
    rosters.publish(other.owner, other.jws, 'operator')
    const { name, quarantined } = rosters.membershipOf(idOf(1))!
    assert.deepEqual([name, quarantined], ['writer', { since: '2026-11-26T00:00:00.000Z', reason: 'stolen' }])
    assert.equal(rosters.membershipOf(idOf(9)), undefined)
    const terms = [now, now + 1000].map((until, at) => ({ role: `term-${at}`, until }))
    const ending = rosterOf(now, { epoch: 2, members: [{ ...member(1, 'writer'), terms }] })
    assert.equal(rosters.publish(owner, ending.jws, 'operator').type, 'renewed')
    assert.deepEqual(rosters.find(owner)!.members[0]!.terms?.at(-1), {
      role: 'term-1',
      until: '2026-11-26T00:00:01.000Z',
    })
  })
})
