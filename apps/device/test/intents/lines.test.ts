/** Negotiations of Line.Part at a device that obeys intents: what is held goes on, nothing new begins. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noLeases } from '@vagus/grasp/objectives'
import { hold, lineOffer, steer } from '../../../../packages/grasp/test/line.ts'
import { IntentDesk } from '../../src/intents/intent-desk.ts'
import { lineLeases } from '../../src/lines/line-desk.ts'
import { LineKeeper } from '../../src/lines/line-keeper.ts'
import { LineTalk } from '../../src/lines/line-talk.ts'
import { linesAllowed } from '../../src/lines/line-bounds.ts'
import { askLine, type Asked } from '../support/asked-line.ts'
import { intent, nextSet, owner } from '../support/intent-set.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const controller = 'did:key:z6MkController'
const site = steer.interface
const link = hold.transmits[0]!.interface

class Device {
  readonly clock = new VirtualClock()
  readonly desk = new IntentDesk({
    owner: owner.identity.id,
    control: '/nonexistent/vagus/agent.sock',
    device: { name: 'pe-1', roles: [] },
    report: () => undefined,
    now: this.clock.now,
  })
  readonly keeper = new LineKeeper({
    clock: this.clock,
    config: lineLeases,
    store: { read: () => noLeases, write: () => undefined },
    bring: () => Promise.resolve(new Map()),
    report: () => undefined,
  })

  ask(offer: ReturnType<typeof lineOffer>): Promise<Asked> {
    const talk = (negotiation: ConstructorParameters<typeof LineTalk>[0]): Promise<void> =>
      new LineTalk(negotiation, {
        allowed: linesAllowed({ block: 'fd00:c::/32', links: [link], share: 0.9, sites: ['0.0.0.0/1', '128.0.0.0/1'] }),
        intents: this.desk,
        keeper: this.keeper,
        checks: { kernel: { gatewayAt: () => Promise.resolve(undefined) }, capacities: new Map(), share: 0.9 },
        clock: this.clock,
        measured: () => Promise.resolve({}),
        header: () => offer.header,
        from: controller,
        report: () => undefined,
      }).run(() => Promise.resolve())
    return askLine(talk, offer)
  }
}

describe('a device that obeys intents', () => {
  test('declines a part of a line at links and sites in a freeze, and where intents leave lines nothing', async () => {
    const device = new Device()
    const set = nextSet([intent('launch', { type: 'freeze' })])
    device.desk.take(set.jws, 'a neighbour')
    assert.equal((await device.ask(lineOffer())).outcome, 'POLICY intent "launch": no line begins')
    const none = nextSet([intent('none', { type: 'bounds', lines: { sharePercent: 0 } })], set)
    device.desk.take(none.jws, 'a neighbour')
    assert.equal((await device.ask(lineOffer())).outcome, 'POLICY intent "none": lines may take nothing')
    assert.notEqual(site, link)
  })

  test('goes on with a part that it holds: it is confirmed, for longer, and released in a freeze', async () => {
    const device = new Device()
    const first = nextSet([])
    device.desk.take(first.jws, 'a neighbour')
    const offer = lineOffer()
    assert.equal(device.keeper.leases.asked('live', offer, controller).type, 'go-on')
    device.keeper.leases.agreed('prepare', offer)
    device.desk.take(nextSet([intent('launch', { type: 'freeze' })], first).jws, 'a neighbour')
    const again = { header: { ...offer.header, sequence: offer.header.sequence + 1 }, leaseMs: offer.leaseMs * 2 }
    assert.equal((await device.ask({ ...offer, ...again })).outcome, 'accepted')
    assert.equal(device.keeper.leases.all[0]?.state, 'confirmed')
    const release = { header: { ...offer.header, sequence: offer.header.sequence + 2 }, part: null }
    assert.equal((await device.ask({ ...offer, ...release })).outcome, 'accepted')
    assert.deepEqual(device.keeper.leases.all, [])
  })
})
