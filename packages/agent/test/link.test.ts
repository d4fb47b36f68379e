import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type Established, hybridSuite, type Peer, Session } from '@vagus/channel'
import { channelCrypto, type HostRoute, randomOctets } from '@vagus/transport'
import type { OwnSide } from '../src/handshake/own-side.ts'
import { clock } from '../src/link/clock.ts'
import { Link } from '../src/link/link.ts'
import type { LinkHost } from '../src/link/link-host.ts'
import { noticeKind } from '../src/link/notice.ts'
import { RouteUsers } from '../src/link/route-users.ts'
import { Admitted } from '../src/peers/admitted.ts'

const writer = { identity: { id: 'did:key:zWriter' } } as unknown as Peer // of a peer it asks for no more here

/** A link whose other side has not proven itself in the handshake, and what its host hears of it. */
function openLink(established: Established, route: HostRoute) {
  const heard: string[] = []
  const known = { verify: () => 'unseen', verifyShown: () => writer }
  const own = {
    known,
    id: 'did:key:zBoss',
    shown: [],
    paddingFor: () => 'none',
    marks: () => 'off',
  } as unknown as OwnSide
  const host: Partial<LinkHost<Link>> = {
    own,
    byRoute: new RouteUsers<Link>(),
    admitted: new Admitted(),
    greeting: () => new Uint8Array(0),
    listenFor: () => undefined,
    unlisten: () => undefined,
    up: () => heard.push('up'),
    over: () => heard.push('over'),
  }
  const link = new Link(host as LinkHost<Link>, { established, route, address: 'proven', how: 'handshake' })
  return { link, heard }
}

test('a link that is given up in the turn in which its other side is proven never comes up', async () => {
  const [toWriter, toBoss, ofBoss, ofWriter] = [32, 32, 8, 8].map((octets) => randomOctets(octets))
  const keys = { initiator: toWriter!, responder: toBoss!, exporter: randomOctets(32), handshakeHash: randomOctets(32) }
  const common = { suite: hybridSuite, keys, remoteStatic: randomOctets(32), payload: new Uint8Array(0) }
  const route = {
    kind: 'datagram',
    maxOctets: 1200,
    cost: 1,
    queued: 0,
    send: () => undefined,
    close: () => undefined,
  } as Partial<HostRoute> as HostRoute // of a route it asks for no more here
  const { link, heard } = openLink(
    { ...common, role: 'initiator', connectionId: ofBoss!, remoteConnectionId: ofWriter! },
    route,
  )
  link.ready.catch(() => undefined)
  link.greeted.catch(() => undefined)
  const other = new Session({
    established: { ...common, role: 'responder', connectionId: ofWriter!, remoteConnectionId: ofBoss! },
    crypto: channelCrypto,
    route,
    seed: randomOctets(32),
    now: clock(),
  })
  other.notify(noticeKind.credentials, Uint8Array.of(1))
  link.receive(route, other.transmit(clock())!.octets)
  assert.equal(link.provenPeer, writer.identity.id)
  link.giveUp()
  await turn()
  assert.deepEqual([link.isUp, heard], [false, ['over']])
})
