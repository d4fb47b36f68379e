import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { AddressError } from '@vagus/address'
import { encodeLinkStateNlri, encodeUpdate, families, familyKey, nlriText } from '@vagus/bgp'
import { linkNlri, type LinkTelemetry, linkTlvs, telemetryCapability, telemetryFeature } from '@vagus/bgp/telemetry'
import {
  type NlriEvent,
  type PeerOptions,
  type PeerStatus,
  type Speaker,
  type SpeakerEvent,
  startSpeaker,
} from '@vagus/speaker'
import { eventually } from '../../../../scripts/eventually.ts'
import { type Refused, TelemetryHub } from '../../src/telemetry/hub.ts'

const as = 64512
type Protection = Pick<PeerOptions, 'password' | 'ttlSecurity'>
const device = (at: number) => ({ name: `d${at}`, address: `127.7.0.${at}` })
const linkOf = (at: number): LinkTelemetry => ({
  key: { instance: 0, local: { as, bgpIdentifier: at }, remote: { as: 64600 }, interface: 1 },
  name: `d${at}:eth1`,
  capacity: 1e6,
  utilised: 1e5,
})

const running: { stop?(): Promise<void>; close?(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of running.splice(0)) await (one.stop?.() ?? one.close?.())
})

async function hubOf(...devices: readonly number[]): Promise<TelemetryHub> {
  return protectedHubOf({}, devices)
}

async function protectedHubOf(
  protection: Protection,
  devices: readonly number[],
  report: (line: string) => void = () => undefined,
): Promise<TelemetryHub> {
  const listen = { address: '127.0.0.1', port: 0 }
  const options = {
    as,
    identifier: '127.0.0.1',
    listen,
    devices: devices.map(device),
    protection,
    report,
  }
  const hub = await TelemetryHub.start(options)
  running.push(hub)
  return hub
}

/** An agent that takes in what `features` say, and what it was told. */
async function agentOf(
  hub: TelemetryHub,
  at: number,
  features: number | 'none',
  protection: Protection = {},
  router = at,
  onEvent: (event: SpeakerEvent) => void = () => undefined,
): Promise<[Speaker, NlriEvent[]]> {
  const told: NlriEvent[] = []
  const speaker = await startSpeaker(
    {
      as,
      identifier: `10.0.0.${router}`,
      locRib: 'off',
      peers: [
        {
          name: 'controller',
          address: '127.0.0.1',
          localAddress: device(at).address,
          port: hub.speaker.listening[0]!.port,
          as,
          families: ['link-state'],
          capabilities: features === 'none' ? [] : [telemetryCapability(features)],
          gracefulRestart: { restartTime: 60 },
          timers: { connectRetry: 100, idleHold: 50 },
          ...protection,
        },
      ],
    },
    (event) => {
      if (event.type === 'nlri') told.push(event)
      onEvent(event)
    },
  )
  running.push(speaker)
  const link = linkOf(router)
  const nlri = [encodeLinkStateNlri([linkNlri(link.key)])]
  await speaker.announce('all', { family: 'link-state', nlri, attributes: { linkState: linkTlvs(link) } })
  return [speaker, told]
}

describe('where the agents meet', () => {
  test('an address of IPv6 is no BGP identifier (RFC 6286 §2.1)', async () => {
    const listen = { address: '127.0.0.1', port: 0 }
    await assert.rejects(
      TelemetryHub.start({ as, identifier: '2001:db8::a00:1', listen, devices: [], report: () => undefined }),
      AddressError,
    )
  })

  test('an agent from an address of no device is refused; both it and the controller say so', async () => {
    const told: Refused[] = []
    const hub = await TelemetryHub.start({
      as,
      identifier: '127.0.0.1',
      listen: { address: '127.0.0.1', port: 0 },
      devices: [device(1)],
      report: () => undefined,
      onRefused: (refused) => void told.push(refused),
    })
    running.push(hub)
    const [stranger] = await agentOf(hub, 2, 'none')
    await eventually('it is told', () => told.length > 0)
    const [{ address, problem }] = told as [Refused]
    assert.deepEqual([address, problem], [device(2).address, 'no peer has this address'])
    await eventually('the agent knows the reason', async () => {
      const [{ lastReason }] = (await stranger.peers()) as [PeerStatus]
      return lastReason?.includes('before an OPEN came')
    })
  })

  const known = (hub: TelemetryHub): string =>
    hub.table
      .links()
      .map(({ link }) => link.name ?? '')
      .toSorted((one, other) => one.localeCompare(other))
      .join()

  test('a device of a new configuration comes in without a restart, and one that is not in it any more goes', async () => {
    const hub = await hubOf(1)
    const [, first] = await agentOf(hub, 1, telemetryFeature.links)
    await agentOf(hub, 2, telemetryFeature.links)
    await eventually('the first', () => known(hub) === 'd1:eth1')
    await hub.setDevices([device(1), device(2)])
    await eventually('the second', () => known(hub) === 'd1:eth1,d2:eth1')
    // Its own comes back, too, perhaps more than once: with the other's or before it.
    const heard = () =>
      new Set(first.flatMap(({ changes }) => changes.map(({ nlri }) => Buffer.from(nlri).toString('hex'))))
    await eventually('the first hears of it', () => heard().size === 2)
    await hub.setDevices([device(1)])
    await eventually('the second is forgotten', () => known(hub) === 'd1:eth1')
    await eventually('the first hears of the end', () => first.at(-1)!.changes.at(-1)!.block === undefined)
    assert.deepEqual(
      (await hub.speaker.peers()).map(({ name, state, flaps }) => [name, state, flaps]),
      [['d1', 'established', 0]],
    )
  })

  test('who has not the capability is told nothing (draft §3.1)', async () => {
    const hub = await hubOf(1, 2, 3)
    const [, silent] = await agentOf(hub, 1, 'none')
    const [, hearing] = await agentOf(hub, 2, telemetryFeature.links)
    await agentOf(hub, 3, telemetryFeature.links)
    await eventually('the other', () => hearing.length > 0 && hub.table.links().length === 3)
    await sleep(100)
    assert.deepEqual(silent, [])
  })

  test('faults in what an agent sends are told, once (RFC 7606)', async () => {
    const told: string[] = []
    const hub = await protectedHubOf({}, [1], (line) => void (line.includes('fault') && told.push(line)))
    const [speaker] = await agentOf(hub, 1, 'none')
    await eventually('it is there', () => known(hub) === 'd1:eth1')
    const family = families['link-state']
    const context = {
      peer: 'internal',
      asOctets: 4,
      families: new Set([familyKey(family)]),
      pathIds: new Set<number>(),
    } as const
    const nlri = encodeLinkStateNlri([linkNlri(linkOf(1).key)])
    const attributes = { asPath: [], mpReach: { ...family, nextHop: new Uint8Array(4), nlri } }
    for (const _ of [1, 2]) {
      await speaker.relay('all', encodeUpdate({ withdrawn: [], announced: [], attributes }, context))
      await sleep(1100)
    }
    await eventually('it is told', () => told.length > 0)
    assert.match(told[0]!, /^BGP with d1: an UPDATE with a fault, treat-as-withdraw: attribute 1 is missing/)
    assert.equal(new Set(told).size, told.length)
  })

  test('tells End-of-RIB once all devices have told everything, behind what they told (RFC 4724 §4.1)', async () => {
    const hub = await hubOf(1, 2)
    const order: string[] = []
    const [, first] = await agentOf(hub, 1, telemetryFeature.links, {}, 1, ({ type }) => order.push(type))
    await eventually('it is there', () => known(hub) === 'd1:eth1' && first.length > 0)
    await sleep(300)
    assert.ok(!order.includes('end-of-rib'), 'the second has not come yet')
    await agentOf(hub, 2, telemetryFeature.links)
    await eventually('all are back', () => order.includes('end-of-rib'))
    const heard = first.flatMap(({ changes }) => changes.map(({ nlri }) => Buffer.from(nlri).toString('hex')))
    assert.equal(new Set(heard).size, 2)
    assert.ok(order.lastIndexOf('nlri') < order.indexOf('end-of-rib'), order.join())
  })

  test('agents keep what they were told when it stops, since it may come back (RFC 4724, RFC 8538)', async () => {
    const hub = await hubOf(1, 2)
    const reasons: (string | undefined)[] = []
    const [first, told] = await agentOf(hub, 1, telemetryFeature.links, {}, 1, (event) => {
      if (event.type === 'peer' && event.state === 'idle') reasons.push(event.reason)
    })
    await agentOf(hub, 2, telemetryFeature.links)
    const nlri = (): number => new Set(told.flatMap(({ changes }) => changes.map((one) => nlriText(one.nlri)))).size
    await eventually('it knows both links', () => nlri() === 2)
    await hub.stop()
    await eventually('the session is over', () => reasons.length > 0)
    assert.deepEqual(reasons, ['received NOTIFICATION 6/4 administrative reset'])
    assert.equal((await first.nlri('controller', 'link-state')).length, 2)
    assert.ok(told.every(({ changes }) => changes.every(({ block }) => block !== undefined)))
  })

  test('an agent whose clock is ahead is named, once', async () => {
    const told: string[] = []
    const hub = await protectedHubOf({}, [1], (line) => void (line.includes('clock') && told.push(line)))
    const [speaker] = await agentOf(hub, 1, 'none')
    const measured = {
      congested: 'no',
      confidence: 50,
      agent: 1n,
      window: 500,
      threshold: 8e5,
      drops: 0,
      received: 0,
    } as const
    const tell = (ahead: number): Promise<unknown> => {
      const link = { ...linkOf(1), measurement: { ...measured, sequence: Date.now() + ahead } }
      const nlri = [encodeLinkStateNlri([linkNlri(link.key)])]
      return speaker.announce('all', { family: 'link-state', nlri, attributes: { linkState: linkTlvs(link) } })
    }
    await eventually('it is there', () => hub.table.links().length === 1)
    const discarded = (): number => hub.table.counts.implausible
    for (const times of [1, 2]) {
      await tell(3_600_400)
      await eventually('it is discarded', () => discarded() === times)
    }
    const line = 'the clock of d1 is 3600 s ahead: its telemetry is discarded until it is at most 60 s'
    assert.deepEqual(told, [line])
    await tell(0)
    await eventually('it is taken again', () => hub.table.links()[0]?.link.measurement !== undefined)
    await tell(3_600_400)
    await eventually('it is told anew', () => told.length === 2)
  })

  test('an agent whose router has another identifier is taken in again; nobody speaks of the router of another', async () => {
    const told: string[] = []
    const hub = await protectedHubOf({}, [1, 2], (line) => void (line.includes('speaks of') && told.push(line)))
    const [before] = await agentOf(hub, 1, telemetryFeature.links)
    await eventually('it is there', () => known(hub) === 'd1:eth1')
    const [second] = await agentOf(hub, 2, telemetryFeature.links, {}, 1)
    await eventually('the other is discarded', () => hub.table.counts.foreign > 0)
    assert.deepEqual(told, ['d2 speaks of the router 0.0.0.1, which is that of d1: that is discarded'])

    const link = linkOf(7)
    const nlri = [encodeLinkStateNlri([linkNlri(link.key)])]
    await before.announce('all', { family: 'link-state', nlri, attributes: { linkState: linkTlvs(link) } })
    await eventually('so is what the first says of another', () => told.length === 2)
    assert.equal(told[1], 'd1 speaks of the router 0.0.0.7, and stands beside 0.0.0.1: that is discarded')
    assert.equal(known(hub), 'd1:eth1')

    running.splice(running.indexOf(before), 1)
    await before.close()
    await eventually('the first is gone', () => known(hub) === '')
    await agentOf(hub, 1, telemetryFeature.links, {}, 9)
    await eventually('it is back, with its new identifier', () => known(hub) === 'd9:eth1')
    await second.reset('controller')
    await eventually('and the old one is free', () => known(hub) === 'd1:eth1,d9:eth1')
    assert.equal(told.length, 2)
  })

  test('who has another key, or none, does not come in (RFC 2385)', async () => {
    const key = { password: 'of all agents', ttlSecurity: 1 }
    const hub = await protectedHubOf(key, [1, 2, 3, 4])
    await agentOf(hub, 1, telemetryFeature.links)
    await agentOf(hub, 2, telemetryFeature.links, { ...key, password: 'of nobody' })
    await agentOf(hub, 3, telemetryFeature.links, { password: key.password })
    await agentOf(hub, 4, telemetryFeature.links, key)
    await eventually('the one with the key', () => known(hub) === 'd4:eth1')
    // The others have had time for several attempts.
    await sleep(500)
    assert.equal(known(hub), 'd4:eth1')
  })
})
