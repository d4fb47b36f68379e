import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { encodeMessage, encodeUpdate, MessageFramer } from '@vagus/bgp'
import { parsePrefix } from '@vagus/address'
import { eventually } from '../../../scripts/eventually.ts'
import type { PeerStatus } from '../src/index.ts'
import { started, type Watched } from './pair.ts'

const open = encodeMessage({
  type: 'open',
  version: 4,
  myAs: 65001,
  holdTime: 3,
  bgpIdentifier: 1,
  capabilities: [
    { type: 'multiprotocol', afi: 1, safi: 1 },
    { type: 'four-octet-as', as: 65001 },
  ],
})
const keepalive = encodeMessage({ type: 'keepalive' })
const peerCount = 12
const attributes = { origin: 0, asPath: [{ type: 2, as: [65001] }], nextHop: Uint8Array.of(192, 0, 2, 1) }
const context = { peer: 'external', asOctets: 4, families: new Set([257]), pathIds: new Set<number>() } as const

/** A peer that we play octet by octet. Each test has an address of its own, so that none waits for another's back-off. */
class Raw {
  readonly socket: Socket
  readonly messages: Uint8Array[] = []
  readonly #framer = new MessageFramer()

  constructor(port: number, localAddress: string) {
    this.socket = connect({ host: '127.0.0.1', port, localAddress, allowHalfOpen: true })
    this.socket.on('error', () => undefined)
    this.socket.on(
      'data',
      (octets) => void this.#framer.push(octets, (message) => void this.messages.push(message.slice())),
    )
  }

  async until(type: number): Promise<Uint8Array> {
    return eventually(`a message of type ${type}`, () => this.messages.find((message) => message[18] === type))
  }

  /** Code and subcode of the NOTIFICATION that comes. */
  async notification(): Promise<string> {
    const message = await this.until(3)
    return `${message[19]}/${message[20]}`
  }

  async establish(): Promise<void> {
    this.socket.write(open)
    await this.until(1)
    this.socket.write(keepalive)
    await this.until(4)
  }
}

for (const [how, reading] of [
  ['whose octets are read as they come', {}],
  ['that is read by turns', { turns: { perPeer: 1, most: 10 } }],
] as const) {
  describe(`a peer that means no good, ${how}`, () => {
    let us: Watched
    let port = 0
    let count = 0
    const next = (): string => `127.0.0.${++count + 10}`
    const raw = (address: string): Raw => new Raw(port, address)
    const statusOf = async (name: string): Promise<PeerStatus> =>
      (await us.speaker.peers()).find((one) => one.name === name)!
    const stateOf = async (name: string): Promise<string> => (await statusOf(name)).state

    before(async () => {
      us = await started({
        as: 65002,
        identifier: '10.0.0.2',
        listen: [{ address: '127.0.0.1', port: 0 }],
        peers: Array.from({ length: peerCount }, (_, index) => ({
          name: `127.0.0.${index + 11}`,
          address: `127.0.0.${index + 11}`,
          as: 65001,
          mode: 'passive',
          holdTime: 3,
          families: ['ipv4-unicast'],
          maxPrefixes: 10,
        })),
        ...reading,
      })
      port = us.speaker.listening[0]!.port
    })
    after(() => us.speaker.close())

    test('that sends octet by octet still gets its session', async () => {
      const name = next()
      const peer = raw(name)
      peer.socket.setNoDelay(true)
      for (const octet of open) {
        peer.socket.write(Uint8Array.of(octet))
        await sleep(1)
      }
      await peer.until(1)
      peer.socket.write(keepalive)
      await peer.until(4)
      assert.ok(['open-confirm', 'established'].includes(await stateOf(name)))
      peer.socket.destroy()
    })

    test('that never ends a message is given up after the hold time, with 4/0 (RFC 4271 §6.5)', async () => {
      const peer = raw(next())
      await peer.establish()
      peer.socket.write(keepalive.subarray(0, 10))
      const drip = setInterval(() => peer.socket.write(Uint8Array.of(255)), 900)
      assert.equal(await peer.notification(), '4/0')
      clearInterval(drip)
      peer.socket.destroy()
    })

    test('that says a message has 65,535 octets gets 1/2 with the header (RFC 4271 §6.1), not when they are there', async () => {
      const peer = raw(next())
      await peer.establish()
      const header = keepalive.slice()
      header.set([255, 255, 2], 16)
      peer.socket.write(header)
      assert.equal(await peer.notification(), '1/2')
      peer.socket.destroy()
    })

    test('that floods with KEEPALIVE and ROUTE-REFRESH keeps its session and holds nobody up', async () => {
      const name = next()
      const peer = raw(name)
      await peer.establish()
      const refresh = encodeMessage({ type: 'route-refresh', afi: 1, safi: 1, subtype: 0, filters: new Uint8Array(0) })
      const flood = Buffer.concat(Array.from({ length: 50_000 }, (_, at) => (at % 10 === 0 ? refresh : keepalive)))
      peer.socket.write(flood)
      // OPEN and KEEPALIVE come before.
      await eventually('all are read', async () => (await statusOf(name)).messagesIn === 50_002)
      assert.equal(await stateOf(name), 'established')
      peer.socket.destroy()
    })

    test('that floods with faulty UPDATE messages keeps its session (RFC 7606), and the agent is told once a second', async () => {
      const name = next()
      const peer = raw(name)
      await peer.establish()
      const from = us.events.length
      const announced = [{ prefix: parsePrefix('198.18.0.0/24') }]
      const wrong = encodeUpdate({ withdrawn: [], announced, attributes }, context)
      wrong[26] = 9 // ORIGIN
      const began = performance.now()
      peer.socket.write(Buffer.concat(Array.from({ length: 30_000 }, () => wrong)))
      await eventually('all faults are counted', async () => (await statusOf(name)).faults === 30_000)
      assert.equal(await stateOf(name), 'established')
      const told = us.events.slice(from).filter(({ type }) => type === 'fault')
      const seconds = (performance.now() - began) / 1000
      assert.ok(told.length >= 1 && told.length <= 1 + seconds, `${told.length} events in ${seconds} s`)
      peer.socket.destroy()
    })

    test('that announces and withdraws without end leaves nothing behind', async () => {
      const routes = Array.from({ length: 10 }, (_, at) => ({ prefix: parsePrefix(`198.18.${at}.0/24`) }))
      const flaps = Array.from({ length: 3000 }, (_, multiExitDisc) => [
        encodeUpdate({ withdrawn: [], announced: routes, attributes: { ...attributes, multiExitDisc } }, context),
        encodeUpdate({ withdrawn: routes, announced: [], attributes: {} }, context),
      ])
      const name = next()
      const peer = raw(name)
      await peer.establish()
      peer.socket.write(Buffer.concat(flaps.flat()))
      // OPEN and KEEPALIVE come before.
      await eventually('all are read', async () => (await statusOf(name)).messagesIn === 6002)
      assert.equal(await stateOf(name), 'established')
      for (const table of [{ table: 'adj-in', peer: name }, { table: 'loc-rib' }] as const) {
        assert.equal((await us.speaker.routes({ of: table, family: 'ipv4-unicast' })).total, 0)
      }
      peer.socket.destroy()
    })

    test('whose OPEN lies about the lengths inside gets NOTIFICATION 2/0 (RFC 4271 §6.2), and others go on', async () => {
      const peer = raw(next())
      const lying = open.slice()
      lying[28] = 255 // octets of optional parameters
      peer.socket.write(lying)
      assert.equal(await peer.notification(), '2/0')
      peer.socket.destroy()
    })

    test('whose UPDATE lies about the lengths inside gets NOTIFICATION 3/1 (RFC 7606 §3 b)', async () => {
      const peer = raw(next())
      await peer.establish()
      const announced = [{ prefix: parsePrefix('198.18.0.0/24') }]
      const lying = encodeUpdate({ withdrawn: [], announced, attributes }, context)
      lying.set([255, 255], 21) // octets of path attributes
      peer.socket.write(lying)
      assert.equal(await peer.notification(), '3/1')
      peer.socket.destroy()
    })

    test('that closes its half is gone (RFC 4271 §8.2.2)', async () => {
      const name = next()
      const peer = raw(name)
      await peer.establish()
      await us.until('peer', (event) => event.peer === name && event.state === 'established')
      peer.socket.end()
      await us.until('peer', (event) => event.peer === name && event.reason === 'the connection ended')
      peer.socket.destroy()
    })

    test('that sends more prefixes than allowed gets Cease 6/1 (RFC 4486 §4), and its routes are gone', async () => {
      const name = next()
      const peer = raw(name)
      await peer.establish()
      const announced = Array.from({ length: 11 }, (_, at) => ({ prefix: parsePrefix(`198.18.${at}.0/24`) }))
      peer.socket.write(encodeUpdate({ withdrawn: [], announced, attributes }, context))
      assert.equal(await peer.notification(), '6/1')
      const { total } = await us.speaker.routes({ of: { table: 'adj-in', peer: name }, family: 'ipv4-unicast' })
      assert.equal(total, 0)
      peer.socket.destroy()
    })

    test('that is none is closed without a word, a thousand times, and told once a minute', async () => {
      const from = us.events.length
      const sockets = Array.from({ length: 1000 }, () =>
        connect({ host: '127.0.0.1', port, localAddress: '127.0.0.99' }),
      )
      await Promise.all(
        sockets.map(async (socket) => {
          socket.on('error', () => undefined)
          socket.resume()
          await once(socket, 'close')
        }),
      )
      const told = us.events.slice(from).filter(({ type }) => type === 'refused')
      assert.ok(told.length >= 1 && told.length <= 10, `${told.length} events`)
      assert.equal((await us.speaker.peers()).length, peerCount)
    })
  })
}
