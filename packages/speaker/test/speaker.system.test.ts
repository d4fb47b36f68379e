import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { attributesOfBlock } from '@vagus/bgp'
import { eventually } from '../../../scripts/eventually.ts'
import {
  type PeerOptions,
  type SpeakerEvent,
  type SpeakerOptions,
  startSpeaker,
  startSpeakerHere,
} from '../src/index.ts'
import { started, type Watched } from './pair.ts'

const nextHop = new Uint8Array([192, 0, 2, 1])
const linkNlri = new Uint8Array([0, 1, 0, 3, 1, 2, 3])
const families = ['ipv4-unicast', 'ipv6-unicast', 'link-state'] as const

test('a start that is given up ends its thread, and says so', async () => {
  for (const after of [0, 5]) {
    const stop = new AbortController()
    const opening = startSpeaker({ as: 65001, identifier: '127.0.0.1' }, () => undefined, stop.signal)
    setTimeout(() => stop.abort(), after)
    await assert.rejects(opening, { name: 'UnavailableError' })
  }
})

/** Two speakers, 127.0.0.2 dials 127.0.0.1 (or ::1 itself); each knows the other as `peer`. */
async function pair(
  more: {
    readonly both?: Partial<PeerOptions>
    readonly listener?: Partial<PeerOptions>
    readonly dialler?: Partial<PeerOptions>
    readonly speaker?: Partial<SpeakerOptions>
  } = {},
): Promise<{ readonly listener: Watched; readonly dialler: Watched; readonly close: () => Promise<void> }> {
  const { both, speaker } = more
  const base = { name: 'peer', families, watch: 'all', ...both } as const
  const listener = await started({
    as: 65002,
    identifier: '10.0.0.2',
    listen: [{ address: '127.0.0.1', port: 0 }],
    peers: [{ ...base, address: '127.0.0.2', as: 65001, mode: 'passive', ...more.listener }],
  })
  const { port } = listener.speaker.listening[0]!
  const dialler = await started({
    as: 65001,
    identifier: '10.0.0.1',
    peers: [{ ...base, address: '127.0.0.1', port, localAddress: '127.0.0.2', as: 65002, ...more.dialler }],
    ...speaker,
  })
  return {
    listener,
    dialler,
    close: async () => {
      await Promise.all([listener.speaker.close(), dialler.speaker.close()])
    },
  }
}

describe('two speakers', () => {
  test('exchange IPv4, IPv6 and link-state routes, and their withdrawals', async () => {
    const { listener, dialler, close } = await pair()
    await dialler.speaker.announce('all', {
      prefixes: ['198.18.0.0/24', '198.18.1.0/24', '2001:db8::/32'],
      attributes: { nextHop, multiExitDisc: 7 },
    })
    const linkState = new Uint8Array([4, 65, 0, 4, 1, 2, 3, 4])
    await dialler.speaker.announce('all', { family: 'link-state', nlri: [linkNlri], attributes: { linkState } })
    const got = await listener.until('routes', ({ changes }) =>
      changes.some(({ prefix }) => prefix === '198.18.0.0/24'),
    )
    const { attributes } = got.changes.find(({ prefix }) => prefix === '198.18.0.0/24')!.paths[0]!
    assert.deepEqual(attributes.asPath, [{ type: 2, as: [65001] }])
    assert.equal(attributes.multiExitDisc, 7)
    const ls = await listener.until('nlri')
    assert.deepEqual([ls.changes[0]!.nlri, attributesOfBlock(ls.changes[0]!.block!).linkState], [linkNlri, linkState])
    await listener.until('end-of-rib', ({ family }) => family === 'link-state')
    const page = await listener.speaker.routes({ of: { table: 'adj-in', peer: 'peer' }, family: 'ipv4-unicast' })
    assert.deepEqual([page.total, page.routes.length], [2, 2])
    const best = await listener.speaker.routes({ of: { table: 'loc-rib' }, family: 'ipv6-unicast' })
    assert.deepEqual([best.routes[0]!.prefix, best.routes[0]!.peer], ['2001:db8::/32', 'peer'])
    await dialler.speaker.withdraw('all', { prefixes: ['198.18.0.0/24'] })
    await dialler.speaker.withdraw('all', { family: 'link-state', nlri: [linkNlri] })
    await listener.until('routes', ({ changes }) =>
      changes.some(({ prefix, paths }) => prefix === '198.18.0.0/24' && paths.length === 0),
    )
    await listener.until('nlri', ({ changes }) => changes[0]!.block === undefined)
    await close()
  })

  test('tell why a session ended: the NOTIFICATION of a stop is RFC 4486 §4, subcode 2', async () => {
    const { listener, dialler, close } = await pair()
    await listener.until('peer', ({ state }) => state === 'established')
    await dialler.speaker.close()
    const { reason } = await listener.until('peer', ({ state }) => state === 'idle')
    assert.equal(reason, 'received NOTIFICATION 6/2 administrative shutdown')
    await listener.speaker.close()
    await close().catch(() => undefined)
  })

  for (const notification of ['on', 'off'] as const) {
    test(`keep what one told that closes to restart, until the restart time ends (RFC 8538 ${notification})`, async () => {
      const { listener, dialler, close } = await pair({ both: { gracefulRestart: { restartTime: 1, notification } } })
      const linkState = new Uint8Array([4, 65, 0, 4, 1, 2, 3, 4])
      await dialler.speaker.announce('all', { family: 'link-state', nlri: [linkNlri], attributes: { linkState } })
      await listener.until('nlri')
      await dialler.speaker.close('to restart')
      const { reason } = await listener.until('peer', ({ state }) => state === 'idle')
      const expected = notification === 'on' ? 'received NOTIFICATION 6/4 administrative reset' : 'the connection ended'
      assert.equal(reason, expected)
      assert.equal((await listener.speaker.nlri('peer', 'link-state')).length, 1)
      await listener.until('nlri', ({ changes }) => changes[0]!.block === undefined)
      await listener.speaker.close()
      await close().catch(() => undefined)
    })
  }

  test('tell the end of a session before the routes that go with it', async () => {
    const { listener, dialler, close } = await pair()
    await dialler.speaker.announce('all', { prefixes: ['198.18.0.0/24'], attributes: { nextHop } })
    await listener.until('routes')
    await dialler.speaker.close()
    await listener.until('routes', ({ changes }) => changes[0]!.paths.length === 0)
    const told = listener.events.filter(({ type }) => type === 'peer' || type === 'routes')
    const last = told.findLastIndex(({ type }) => type === 'routes') // the listener is `active` soon
    assert.deepEqual(
      told.slice(last - 2, last + 1).map((event) => (event.type === 'peer' ? event.state : event.type)),
      ['routes', 'idle', 'routes'],
    )
    await listener.speaker.close()
    await close().catch(() => undefined)
  })
})

test('a connection that is reset before it is accepted has no address, and harms nobody', async () => {
  const at = { address: '127.0.0.1', port: 0 }
  const options = { as: 65002, identifier: '10.0.0.2', listen: [at], bmp: { listen: [at] } } as const
  const peer = { name: 'peer', address: '127.0.0.9', as: 65001, mode: 'passive', families: ['ipv4-unicast'] } as const
  const events: SpeakerEvent[] = []
  const speaker = await startSpeakerHere({ ...options, peers: [peer] }, (event) => events.push(event))
  for (const { port } of [...speaker.listening, ...speaker.bmpListening]) {
    // Another process, and waited for: this one accepts when the reset is there.
    const code = `const s = require('node:net').connect(${port}, '127.0.0.1', () => s.resetAndDestroy())`
    execFileSync(process.execPath, ['-e', code])
  }
  await sleep(50)
  assert.equal((await speaker.peers()).length, 1)
  assert.deepEqual([await speaker.bmp(), events.filter(({ type }) => type !== 'peer')], [[], []])
  await speaker.close()
})

test('a router that vanished does not stay connected over BMP: its silence is asked about', async () => {
  const bmp = { listen: [{ address: '127.0.0.1', port: 0 }] }
  const speaker = await startSpeakerHere({ as: 65002, identifier: '10.0.0.2', bmp }, () => undefined)
  const { port } = speaker.bmpListening[0]!
  const router = connect(port, '127.0.0.1')
  await eventually('the router is connected', async () => (await speaker.bmp()).length === 1)
  // Columns: number, local and remote address, state (1: established), queues, timer (2: keepalive).
  const form = new RegExp(`: 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} \\S+ 01 \\S+ (\\d\\d):`)
  assert.equal(form.exec(readFileSync('/proc/net/tcp', 'utf8'))?.[1], '02')
  router.destroy()
  await speaker.close()
})

describe('peers that come and go', () => {
  const passive = { as: 65001, mode: 'passive', families: ['ipv4-unicast'] } as const
  const endpoint = { address: '127.0.0.1', port: 0 }

  test('one that is refused leaves nothing behind, and connections are taken as before', async () => {
    const us = await started({ as: 65002, identifier: '10.0.0.2', listen: [endpoint] })
    const { speaker } = us
    for (const more of [{ address: 'fe80::1%lo' }, { address: '127.0.0.2', localAddress: '::1%lo' }]) {
      await assert.rejects(speaker.addPeer({ ...passive, name: 'zoned', ...more }), /without a zone, got ".*%lo"/)
    }
    assert.deepEqual(await speaker.peers(), [])
    connect({ ...speaker.listening[0]!, host: '127.0.0.1' }).on('error', () => undefined)
    assert.equal((await us.until('refused')).problem, 'no peer has this address')
    await speaker.close()
  })

  test('one whose key cannot be set is not there', async () => {
    const speaker = await startSpeakerHere({ as: 65002, identifier: '10.0.0.2', listen: [endpoint] }, () => undefined)
    // A listener that is closed takes no keys.
    await speaker.close()
    const protectedPeer = { ...passive, name: 'peer', address: '127.0.0.2', password: 'of both' }
    await assert.rejects(speaker.addPeer(protectedPeer), { name: 'UnavailableError' })
    assert.deepEqual(await speaker.peers(), [])
  })

  test('one that comes again without a key is answered without one, and others keep theirs (RFC 2385)', async () => {
    const password = 'of both'
    const us = await started({ as: 65002, identifier: '10.0.0.2', listen: [endpoint] })
    const { speaker } = us
    await speaker.addPeer({ ...passive, name: 'keyed', address: '127.0.0.7', password })
    await speaker.addPeer({ ...passive, name: 'other', address: '127.0.0.8', password })
    await speaker.removePeer('keyed')
    await speaker.addPeer({ ...passive, name: 'plain', address: '127.0.0.7' })
    const { port } = speaker.listening[0]!
    const from = (localAddress: string, more: Partial<PeerOptions> = {}): Promise<Watched> => {
      const to = { name: 'us', address: '127.0.0.1', port, localAddress, as: 65002, families: passive.families }
      return started({ as: 65001, identifier: '10.0.0.1', peers: [{ ...to, ...more }] })
    }
    const others = [await from('127.0.0.7'), await from('127.0.0.8', { password })]
    for (const name of ['plain', 'other']) {
      await us.until('peer', ({ peer, state }) => peer === name && state === 'established')
    }
    await Promise.all([us, ...others].map((one) => one.speaker.close()))
  })
})
