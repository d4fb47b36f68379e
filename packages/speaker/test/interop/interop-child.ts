/**
 * One daemon as peer, in a network namespace of our own: plays every feature and prints one JSON line each. Run by
 * interop.system.test.ts with the daemon's name and a folder.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import {
  attributesOfBlock,
  encodeLinkStateNlri,
  encodeLinkStateTlvs,
  linkBandwidth,
  type LinkStateTlv,
  protocolId,
} from '@vagus/bgp'
import { eventually } from '../../../../scripts/eventually.ts'
import type { PeerOptions, SpeakerOptions } from '../../src/index.ts'
import { started, type Watched } from '../pair.ts'
import { daemons } from './daemons.ts'

const [name, folder] = process.argv.slice(2) as [string, string]
const daemon = daemons[name]!
const hasLinkState = daemon.linkState !== undefined

const peer: PeerOptions = {
  name: 'peer',
  address: '10.9.0.2',
  localAddress: '10.9.0.1',
  as: 65002,
  families: ['ipv4-unicast', 'ipv6-unicast', ...(hasLinkState ? (['link-state'] as const) : [])],
  capabilities: [{ type: 'unknown', code: 239, value: new Uint8Array([1, 0]) }],
  gracefulRestart: { restartTime: 20 },
  watch: 'all',
  timers: { connectRetry: 500, idleHold: 200 },
}
const options: SpeakerOptions = {
  as: 65001,
  identifier: '10.9.0.1',
  listen: [{ address: '10.9.0.1', port: 179 }],
  peers: [peer],
  bmp: { listen: [{ address: '10.9.0.1', port: 5000 }] },
}
const ours = {
  prefixes: ['198.18.100.0/24', '198.18.66.0/24'],
  attributes: { extendedCommunities: [linkBandwidth({ scope: 'transitive', as: 65001, octetsPerSecond: 125_000 })] },
} as const
const ours6 = {
  prefixes: ['2001:db8:100::/48'],
  nextHop6: Uint8Array.from(Buffer.from('fd000009000000000000000000000001', 'hex')),
} as const

async function feature(label: string, play: () => Promise<unknown>): Promise<void> {
  const from = performance.now()
  const problem = await play().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
  )
  if (problem !== undefined) process.stderr.write(`${label}: ${JSON.stringify(await us.speaker.peers())}\n`)
  process.stdout.write(`${JSON.stringify({ label, problem, ms: Math.round(performance.now() - from) })}\n`)
}

const has = async (speaker: Watched, prefix: string, stale: 'yes' | undefined): Promise<boolean> => {
  const family = prefix.includes(':') ? 'ipv6-unicast' : 'ipv4-unicast'
  const { routes } = await speaker.speaker.routes({ of: { table: 'adj-in', peer: 'peer' }, family, prefix })
  return routes.length === 1 && routes[0]!.paths[0]!.stale === stale
}

let running = await daemon.start(folder)
let us = await started(options)
await us.speaker.announce('all', ours)
await us.speaker.announce('all', ours6)

await feature('a session, in spite of our capability 239', () =>
  us.until('peer', ({ state }) => state === 'established'),
)
await feature('its IPv4 and IPv6 routes reach us', async () => {
  for (const prefix of ['198.18.0.0/24', '2001:db8:18::/48']) {
    await eventually(`${prefix} from the peer`, () => has(us, prefix, undefined))
  }
})
await feature('our IPv4 and IPv6 routes reach it', async () => {
  for (const prefix of [ours.prefixes[0], ours6.prefixes[0]]) {
    await eventually(`${prefix} at the peer`, async () =>
      (await daemon.view(folder, prefix)).includes(prefix.split('/')[0]!),
    )
  }
})
await feature('the link bandwidth community arrives (RFC 10005)', () =>
  eventually('the community', async () => daemon.bandwidth!.test(await daemon.view(folder, ours.prefixes[0]))),
)
if (daemon.repeats !== 'ends') {
  await feature('it repeats its routes when we ask (RFC 2918)', async () => {
    const { messagesIn } = (await us.speaker.peers())[0]!
    assert.equal(await us.speaker.refresh('peer', 'ipv4-unicast'), 'asked')
    if (daemon.repeats !== 'no') {
      await eventually('more messages', async () => (await us.speaker.peers())[0]!.messagesIn > messagesIn)
    }
    // Between BEGIN and END of an enhanced refresh (RFC 7313) what was not repeated yet is stale. FRR 8.4 sends nothing but
    // these two while it is about to announce something else: then the route is gone, until it is asked again.
    let askedAt = performance.now()
    await eventually('the route, fresh', async () => {
      if (await has(us, '198.18.0.0/24', undefined)) return true
      if (performance.now() - askedAt > 3000) {
        askedAt = performance.now()
        await us.speaker.refresh('peer', 'ipv4-unicast')
      }
      return false
    })
  })
}
if (daemon.refresh !== undefined) {
  await feature('we repeat our routes when it asks (RFC 2918)', async () => {
    const before = (await us.speaker.peers())[0]!.messagesOut
    await daemon.refresh!(folder)
    await eventually('more messages', async () => (await us.speaker.peers())[0]!.messagesOut > before)
  })
}
if (hasLinkState) await feature('link-state routes (RFC 9552)', linkState)
if (name === 'frr') await feature('a session with TCP-MD5 and GTSM that it dials and that we dial', protectedSession)
if (name === 'frr' || name === 'gobgp') await feature('BMP shows what it sees (RFC 7854)', bmp)
await feature('the session stands after all that', async () => {
  assert.deepEqual([(await us.speaker.peers())[0]!.state, (await us.speaker.peers())[0]!.flaps], ['established', 0])
})
await feature('graceful restart is negotiated (RFC 4724 §3)', async () => {
  assert.equal((await us.speaker.peers())[0]!.session?.gracefulRestart, 'negotiated')
})
if (daemon.gracefulRestart !== 'ours') {
  await feature('its routes are kept while it restarts (RFC 4724 §4.2)', helper)
}
if (daemon.gracefulRestart !== 'its own') {
  await feature('it keeps our routes while we restart (RFC 4724 §4.1)', restarting)
}
await us.speaker.close()
running.kill('SIGKILL')
process.exit(0)

/** A link between two ASes as RFC 9086 has it, or one of OSPF. */
async function linkState(): Promise<void> {
  const { protocol, seen, passesOn } = daemon.linkState!
  const node = (as: number, router: number): readonly LinkStateTlv[] =>
    protocol === 'bgp'
      ? [
          { type: 'autonomous-system', value: as },
          { type: 'bgp-router-id', value: router },
        ]
      : [
          { type: 'autonomous-system', value: as },
          { type: 'igp-router-id', value: new Uint8Array([10, 0, 0, router]) },
        ]
  const common = { protocolId: protocolId[protocol], identifier: 7n } as const
  const nlri = encodeLinkStateNlri([
    { type: 'link', ...common, local: node(65001, 1), remote: node(65002, 2), link: [] },
  ])
  const linkState = encodeLinkStateTlvs([{ type: 'maximum-link-bandwidth', value: 125_000_000 }])
  await us.speaker.announce('all', { family: 'link-state', nlri: [nlri], attributes: { linkState } })
  await eventually('the link at the peer', async () => seen.test(await daemon.linkState!.view(folder)))
  if (passesOn === undefined) return
  const other = await started({
    as: 65003,
    identifier: '10.9.0.3',
    peers: [{ ...peer, localAddress: '10.9.0.3', families: ['link-state'] }],
  })
  const theirs = encodeLinkStateNlri([{ type: 'node', ...common, local: node(65003, 3) }])
  await other.speaker.announce('all', { family: 'link-state', nlri: [theirs], attributes: {} })
  const { changes } = await us.until('nlri')
  assert.deepEqual(
    [changes[0]!.nlri, attributesOfBlock(changes[0]!.block!).asPath?.[0]?.as],
    [new Uint8Array(theirs), [65002, 65003]],
  )
  await other.speaker.close()
}

async function protectedSession(): Promise<void> {
  const guarded = {
    name: 'guarded',
    address: '10.9.0.2',
    localAddress: '10.9.0.3',
    as: 65002,
    families: ['ipv4-unicast'],
    password: 's3cret',
    ttlSecurity: 1,
  } as const
  for (const mode of ['passive', 'active'] as const) {
    const other = await started({
      as: 65003,
      identifier: '10.9.0.3',
      listen: mode === 'passive' ? [{ address: '10.9.0.3', port: 179 }] : [],
      peers: [{ ...guarded, mode, watch: 'all', timers: { connectRetry: 500, idleHold: 200 } }],
    })
    const { session } = await other.until('peer', ({ state }) => state === 'established')
    assert.equal(session?.way, mode === 'passive' ? 'accepted' : 'dialled')
    await other.until('routes', ({ changes }) => changes.some(({ prefix }) => prefix === '198.18.0.0/24'))
    await other.speaker.close()
  }
}

async function bmp(): Promise<void> {
  await us.until('bmp', ({ event }) => event === 'peer-up')
  const rib = (rib_: 'pre-policy' | 'post-policy') =>
    us.speaker.routes({ of: { table: 'bmp', router: '10.9.0.2', peer: '10.9.0.1', rib: rib_ }, family: 'ipv4-unicast' })
  const prefixes = async (which: 'pre-policy' | 'post-policy') =>
    (await rib(which)).routes.map(({ prefix }) => prefix).sort()
  await eventually('both routes before policy', async () => (await prefixes('pre-policy')).length === 2)
  if (name !== 'frr') return
  await eventually('both routes after policy', async () => (await prefixes('post-policy')).length === 2)
  const table = { table: 'bmp', router: '10.9.0.2', peer: '10.9.0.1' } as const
  const { differences } = await us.speaker.diff({
    before: { ...table, rib: 'pre-policy' },
    after: { ...table, rib: 'post-policy' },
    family: 'ipv4-unicast',
  })
  // Its policy gives one of our two routes a MED.
  assert.deepEqual(
    differences.map(({ prefix, before, after }) => [prefix, before?.multiExitDisc, after?.multiExitDisc]),
    [['198.18.66.0/24', undefined, 77]],
  )
}

async function helper(): Promise<void> {
  const before = us.events.length
  running.kill('SIGKILL')
  await once(running, 'exit')
  await us.until('peer', ({ state }) => state !== 'established', before)
  assert.ok(await has(us, '198.18.0.0/24', 'yes'), 'the route is not kept as stale')
  running = await daemon.start(folder)
  await eventually('the route again, fresh', () => has(us, '198.18.0.0/24', undefined))
}

/** Ends the thread of the speaker as a crash would: connections are cut, no NOTIFICATION goes out. */
async function restarting(): Promise<void> {
  await us.speaker.close()
  const first = new Worker(new URL('./crash-child.ts', import.meta.url), { workerData: { options, ours } })
  await once(first, 'message')
  await eventually('our route', async () => (await daemon.view(folder, ours.prefixes[0])).includes('198.18.100.0'))
  await first.terminate()
  await sleep(300)
  assert.match(await daemon.view(folder, ours.prefixes[0]), /198\.18\.100\.0/, 'the peer dropped our route')
  us = await started({ ...options, start: 'restarted', deferral: 20_000 })
  await us.until('peer', ({ state }) => state === 'established')
  assert.match(await daemon.view(folder, ours.prefixes[0]), /198\.18\.100\.0/, 'the peer dropped our route')
  await us.speaker.announce('all', ours)
  await us.speaker.converged()
  await sleep(500)
  assert.match(await daemon.view(folder, ours.prefixes[0]), /198\.18\.100\.0/, 'the peer dropped our route at the end')
}
