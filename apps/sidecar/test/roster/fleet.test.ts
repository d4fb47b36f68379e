import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Peer } from '@vagus/channel'
import { type Member, verifyRoster } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { CallServices } from '../../src/roster/call-services.ts'
import { Fleet, type RefusedCall } from '../../src/roster/fleet.ts'
import { GuardedCall } from '../../src/roster/guarded-call.ts'
import { everything, newId, newOwner } from './rosters.ts'

const owner = newOwner()
const [own, boss, helper, stranger] = [newId(), newId(), newId(), newId()]
const quarantine = { since: Date.UTC(2026, 10, 27), reason: 'lost' }
const members: readonly Member[] = [
  { id: own, name: 'own', roles: [] },
  { id: boss, name: 'boss', roles: ['head'] },
]
let epoch = 0

function take(fleet: Fleet, roster: { members?: readonly Member[]; policies?: string }): void {
  const read = verifyRoster(owner.sign({ epoch: ++epoch, members, ...roster }), Date.now(), identityCrypto)
  assert.ok(read.type === 'verified')
  fleet.take(read.roster)
}
const barring = (...ids: readonly string[]): readonly Member[] =>
  members.map((member) => (ids.includes(member.id) ? { ...member, quarantine } : member))
const mandateOf = (...chain: readonly string[]): Peer['mandate'] => ({
  root: chain[0]!,
  agent: chain.at(-1)!,
  chain,
  capabilities: ['report'],
  task: 't',
  audience: undefined,
  depth: 0,
  expiresAt: Infinity,
})
const guarded = (fleet: Fleet): GuardedCall =>
  new GuardedCall({ class: 'call', treat: () => undefined }, {}, { fleet, services: new CallServices(own, fleet) })
const speaks = (id: string, mandate?: Peer['mandate']) => ({ id, mandate })

describe('a fleet', () => {
  test('has to do with nobody before there is a roster, but for relays', () => {
    const fleet = new Fleet(owner.id, own)
    assert.match(fleet.refusalOf(speaks(boss), 'peer')!, /there is no roster of did:key/)
    assert.match(fleet.refusalOfCall({ caller: boss, protocol: 'http', path: '/' })!, /there is no roster/)
    assert.equal(fleet.refusalOf(speaks(stranger), 'relay'), undefined)
  })
  test('has to do with active members and their delegates, and with relays not in quarantine', () => {
    const fleet = new Fleet(owner.id, own)
    take(fleet, {})
    assert.equal(fleet.refusalOf(speaks(boss), 'peer'), undefined)
    assert.match(fleet.refusalOf(speaks(stranger), 'peer')!, /no member/)
    assert.equal(fleet.refusalOf(speaks(stranger, mandateOf(boss, stranger)), 'peer'), undefined)
    assert.equal(fleet.refusalOf(speaks(stranger), 'relay'), undefined)
    take(fleet, { members: barring(boss) })
    for (const who of [speaks(boss), speaks(stranger, mandateOf(boss, stranger))])
      assert.match(fleet.refusalOf(who, 'peer')!, /boss.* is in quarantine since 2026-11-27T00:00:00Z: lost/)
    assert.match(fleet.refusalOf(speaks(boss), 'relay')!, /quarantine/)
    assert.deepEqual([fleet.isActive(boss), fleet.activeWithRole('head')], [false, []])
  })
  test('knows roles until they end; then the calls that they permitted end, too', () => {
    let now = Date.now()
    const fleet = new Fleet(owner.id, own, () => now)
    const until = Math.floor(now / 1000) * 1000 + 60_000
    const policies = 'permit (principal in Role::"on-call", action, resource);'
    take(fleet, { members: [members[0]!, { ...members[1]!, terms: [{ role: 'on-call', until }] }], policies })
    const call = { caller: boss, protocol: 'http', path: '/' } as const
    const open = guarded(fleet)
    open.begin({ identity: { id: boss } } as Peer, () => [{ protocol: 'http', path: '/' }])
    assert.deepEqual([fleet.refusalOfCall(call), fleet.member(boss)!.roles], [undefined, ['head', 'on-call']])
    now = until
    assert.deepEqual([fleet.member(boss)!.roles, fleet.activeWithRole('on-call')], [['head'], []])
    assert.match(fleet.refusalOfCall(call)!, /no policy permits boss to call own/)
    fleet.judge()
    assert.ok(open.signal.aborted)
  })
  test('has nothing to do with a delegate behind one in quarantine', () => {
    const fleet = new Fleet(owner.id, own)
    take(fleet, { members: [...members, { id: helper, name: 'helper', roles: [], quarantine }] })
    assert.match(
      fleet.refusalOf(speaks(stranger, mandateOf(boss, helper, stranger)), 'peer')!,
      /helper is in quarantine/,
    )
  })
  test('has to do with nobody while the agent itself is in quarantine, or no member', () => {
    const fleet = new Fleet(owner.id, own)
    take(fleet, { members: barring(own) })
    assert.match(fleet.refusalOf(speaks(boss), 'peer')!, /own is in quarantine/)
    const outside = new Fleet(owner.id, stranger)
    take(outside, {})
    assert.match(outside.refusalOf(speaks(boss), 'peer')!, /is no member/)
  })
  test('ends with its roster', () => {
    let now = Date.now()
    const fleet = new Fleet(owner.id, own, () => now)
    take(fleet, {})
    now += 91 * 86_400_000
    assert.match(fleet.refusalOf(speaks(boss), 'peer')!, /expired at .*vagus roster publish/)
    assert.equal(fleet.memberNamed('boss'), undefined)
  })
  test('allows nothing by policies that cannot be read', () => {
    const fleet = new Fleet(owner.id, own)
    take(fleet, { policies: `${everything}\nallow (principal);` })
    assert.match(fleet.refusalOf(speaks(boss), 'peer')!, /policies .* cannot be used: line 2, column 1/)
  })
})

describe('a call under a roster', () => {
  const peer = { identity: { id: boss }, mandate: undefined } as unknown as Peer // of a peer it asks for no more
  const asked = [
    { protocol: 'http', path: '/', operation: 'GET' },
    { protocol: 'http', path: '/', operation: 'POST' },
  ] as const
  test('is refused unless all that it asks for is allowed', () => {
    const fleet = new Fleet(owner.id, own)
    take(fleet, { policies: 'permit (principal, action, resource) when { context.operation == "GET" };' })
    assert.throws(() => guarded(fleet).begin(peer, () => asked), { reason: 'refused' })
    guarded(fleet).begin(peer, () => [asked[0]])
  })
  test('that is refused is told with who wanted what, and one that ends with a newer roster is not', () => {
    const fleet = new Fleet(owner.id, own)
    const told: RefusedCall[] = []
    fleet.onRefused = (call) => told.push(call)
    take(fleet, {})
    guarded(fleet).begin(peer, () => asked)
    take(fleet, { policies: 'forbid (principal, action, resource);' })
    assert.equal(told.length, 0)
    assert.throws(() => guarded(fleet).begin(peer, () => asked), { reason: 'refused' })
    const { because, ...rest } = told[0]!
    assert.deepEqual(rest, { caller: boss, member: 'boss', call: asked[0] })
    assert.match(because, /polic/)
    assert.equal(told.length, 1)
  })
  test('ends when a newer roster no longer allows it, after what watched before', async () => {
    const fleet = new Fleet(owner.id, own)
    take(fleet, {})
    const order: string[] = []
    fleet.watch(() => order.push('sessions'))
    const [open, over] = [guarded(fleet), guarded(fleet)]
    for (const call of [open, over]) {
      call.begin(peer, () => asked)
      call.signal.addEventListener('abort', () => order.push('call'))
    }
    over.end()
    take(fleet, {})
    assert.equal(open.signal.aborted, false)
    take(fleet, { policies: 'forbid (principal, action, resource);' })
    assert.deepEqual(order, ['sessions', 'sessions', 'call'])
    assert.equal(over.signal.aborted, false)
    await assert.rejects(open.barred, { reason: 'refused' })
  })
})
