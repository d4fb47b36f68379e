/** 200 agents with 1,000 links and a view of 64 prefixes each, once a second, into the controller's telemetry. @module */
import { spawn } from 'node:child_process'
import { connect, type Socket } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parsePrefix } from '@vagus/address'
import {
  encodeLinkStateNlri,
  encodeMessage,
  encodeUpdate,
  type LinkStateNlri,
  linkState,
  openOf,
  type UpdateContext,
} from '@vagus/bgp'
import {
  deviceNlri,
  deviceTlvs,
  encodeView,
  linkNlri,
  type LinkTelemetry,
  linkTlvs,
  telemetryCapability,
  telemetryFeature,
  type View,
  viewNlri,
  viewTlvs,
} from '@vagus/bgp/telemetry'

const as = 64512
const context: UpdateContext = { peer: 'internal', asOctets: 4, families: new Set([linkState]), pathIds: new Set() }
const { links: takesLinks, views: takesViews } = telemetryFeature
const keepalive = encodeMessage({ type: 'keepalive' })

export interface HubLoad {
  /** Share of one core, receiving alone and passing everything on to all included. */
  readonly share: number
  readonly accepted: number
  readonly expected: number
  readonly links: number
  /** Octets that the agents sent in a second, and the same figures as JSON. */
  readonly octets: number
  readonly jsonOctets: number
  readonly relayedPerSecond: number
}

/** `takes`: what each agent wants to hear of the others. */
export async function hubLoad(
  devices: number,
  linksOfEach: number,
  port: number,
  seconds: number,
  takes: 'links' | 'links and views',
): Promise<HubLoad> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'hub-child.ts'), String(port), String(devices)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ask = (): Promise<string> =>
    new Promise((done) => child.stdout.once('data', (octets: Buffer) => done(octets.toString())))
  try {
    await ask()
    const sessions = await Promise.all(Array.from({ length: devices }, (_, at) => sessionOf(at, port, takes)))
    sessions.forEach((socket, at) => socket.write(updateOf(deviceNlri(keyOf(at)), deviceTlvs(`d${at}`))))
    let [octets, jsonOctets] = [0, 0]
    const second = (round: number): void => {
      octets = 0
      jsonOctets = 0
      const now = Date.now()
      for (const [at, socket] of sessions.entries()) {
        const links = Array.from({ length: linksOfEach }, (_, index) => linkOf(at, index, round, now))
        const view = viewOf(at, round, now)
        const messages = [
          ...links.map((link) => updateOf(linkNlri(link.key), linkTlvs(link))),
          ...encodeView(view).map((page, number) => updateOf(viewNlri(keyOf(at), view.kind, number), viewTlvs(page))),
          keepalive,
        ]
        const all = Buffer.concat(messages)
        octets += all.length
        jsonOctets += JSON.stringify([links, view], readable).length
        socket.write(all)
      }
    }
    for (let round = 0; round < 3; round++) {
      second(round)
      await sleep(1000)
    }
    const before = await figures(child, ask)
    const from = performance.now()
    for (let round = 3; round < 3 + seconds; round++) {
      second(round)
      await sleep(Math.max(0, from + (round - 2) * 1000 - performance.now()))
    }
    const after = await figures(child, ask)
    const elapsed = (performance.now() - from) / 1000
    for (const socket of sessions) socket.destroy()
    return {
      share: (after.seconds - before.seconds) / elapsed,
      accepted: after.accepted - before.accepted,
      expected: seconds * devices * (linksOfEach + 1),
      links: after.links,
      octets,
      jsonOctets,
      relayedPerSecond: (after.relayed - before.relayed) / elapsed,
    }
  } finally {
    child.kill('SIGKILL')
  }
}

interface Figures {
  readonly seconds: number
  readonly accepted: number
  readonly links: number
  readonly relayed: number
}

async function figures(child: { stdin: NodeJS.WritableStream }, ask: () => Promise<string>): Promise<Figures> {
  const answer = ask()
  child.stdin.write('?')
  return JSON.parse(await answer) as Figures
}

/** An agent that answers nothing but what keeps the session. */
async function sessionOf(at: number, port: number, takes: 'links' | 'links and views'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: `127.1.${at >> 8}.${(at & 255) + 1}` })
  socket.on('error', () => undefined)
  await new Promise((done) => socket.once('connect', done))
  const config = { localAs: as, peerAs: as, bgpIdentifier: identifierOf(at), mode: 'active', holdTime: 90 } as const
  const family = { afi: 16388, safi: 71 }
  socket.write(
    encodeMessage(
      openOf({
        ...config,
        families: [family],
        capabilities: [telemetryCapability(takes === 'links' ? takesLinks : takesLinks | takesViews)],
      }),
    ),
  )
  await new Promise((done) => socket.once('data', done))
  socket.write(keepalive)
  socket.resume()
  return socket
}

const identifierOf = (at: number): number => 0x0a00_0100 + at
const keyOf = (at: number) => ({ instance: 0, local: { as, bgpIdentifier: identifierOf(at) } })

function updateOf(nlri: LinkStateNlri, tlvs: Uint8Array): Uint8Array {
  const mpReach = { afi: 16388, safi: 71, nextHop: new Uint8Array([10, 0, 0, 1]), nlri: encodeLinkStateNlri([nlri]) }
  const attributes = { origin: 0, asPath: [], localPref: 100, mpReach, linkState: tlvs }
  return encodeUpdate({ withdrawn: [], announced: [], attributes }, context)
}

function linkOf(at: number, index: number, round: number, now: number): LinkTelemetry {
  const capacity = 1.25e9
  const use = ((at * 7 + index * 13 + round * 29) % 100) / 100
  const measurement = { congested: 'no', confidence: 100, agent: BigInt(at), window: 1000, drops: 0 } as const
  return {
    key: {
      ...keyOf(at),
      remote: { as },
      interface: index + 1,
      addresses: { local: new Uint8Array([10, 1, at, index * 2]), remote: new Uint8Array([10, 1, at, index * 2 + 1]) },
    },
    name: `d${at}:eth${index}`,
    capacity,
    utilised: capacity * use,
    delay: { typical: 500, least: 400, most: 900, variation: 20 },
    measurement: { ...measurement, sequence: now, threshold: capacity * 0.8, received: capacity * (1 - use) },
  }
}

function viewOf(at: number, round: number, now: number): View {
  const records = Array.from({ length: 64 }, (_, index) => ({
    key: { type: 'prefix', prefix: parsePrefix(`${20 + index}.${at}.0.0/16`) } as const,
    rate: 1e6 * (64 - index) + round,
    share: 10,
    trend: 1,
  }))
  return {
    kind: 'destination-prefix',
    sequence: now,
    agent: BigInt(at),
    window: 1000,
    totals: { ipv4: 3e9, ipv6: 1e9 },
    records,
  }
}

/** As people write JSON: text for addresses and large numbers. */
function readable(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}
