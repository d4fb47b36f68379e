/** 200 agents with 1,000 links and a view of 64 prefixes each, once a second, into the controller's telemetry. @module */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parsePrefix } from '@vagus/address'
import { v8Threads } from '../../apps/cli/src/v8-threads.ts'
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
  /** Of one core, for a second of the load: receiving alone and passing everything on to all included. */
  readonly share: number
  /** The part of it that is user time. */
  readonly userShare: number
  readonly accepted: number
  readonly expected: number
  readonly links: number
  /** Octets that the agents sent in a second, and the same figures as JSON. */
  readonly octets: number
  readonly jsonOctets: number
  readonly relayedPerSecond: number
}

export interface HubLoadOptions {
  readonly devices: number
  readonly linksOfEach: number
  readonly port: number
  readonly seconds: number
  /** What each agent wants to hear of the others. */
  readonly takes: Takes
  /** File for a profile of the controller's process. */
  readonly profile?: string
  /** Told when the measurement begins. */
  readonly onBegin?: (pid: number) => void
}

type Takes = 'links' | 'links and views'

/** Seconds of load before the measurement: a controller runs for weeks, and its code is compiled in the first minute. */
const warmUp = 15
/** Milliseconds between looks for whose turn it is. */
const tick = 10

/** Agents send once a second, each at its own time, as clocks of different hosts make it. */
export async function hubLoad({
  devices,
  linksOfEach,
  port,
  seconds,
  takes,
  ...rest
}: HubLoadOptions): Promise<HubLoad> {
  const script = resolve(import.meta.dirname, 'hub-child.ts')
  const words = [
    ...v8Threads(),
    script,
    String(port),
    String(devices),
    ...(rest.profile === undefined ? [] : [rest.profile]),
  ]
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'ignore'] })
  const ask = (): Promise<string> =>
    new Promise((done) => child.stdout.once('data', (octets: Buffer) => done(octets.toString())))
  try {
    await ask()
    const sessions = await Promise.all(Array.from({ length: devices }, (_, at) => sessionOf(at, port, takes)))
    sessions.forEach((socket, at) => socket.write(updateOf(deviceNlri(keyOf(at)), deviceTlvs(`d${at}`))))
    let octets = 0
    const send = (at: number, round: number): void => {
      const all = messagesOf(at, linksOfEach, round, Date.now())
      octets += all.length
      sessions[at]!.write(all)
    }
    const load = async (rounds: number, first: number): Promise<void> => {
      const from = performance.now()
      let sent = 0
      while (sent < rounds * devices) {
        const due = Math.min(rounds * devices, ((performance.now() - from) / 1000) * devices)
        for (; sent < due; sent++) send(sent % devices, first + Math.floor(sent / devices))
        await sleep(tick)
      }
    }
    await load(warmUp, 0)
    rest.onBegin?.(child.pid!)
    const before = await figures(child, ask)
    octets = 0
    await load(seconds, warmUp)
    const after = await figures(child, ask)
    for (const socket of sessions) socket.destroy()
    return {
      share: (after.user + after.system - before.user - before.system) / seconds,
      userShare: (after.user - before.user) / seconds,
      accepted: after.accepted - before.accepted,
      expected: seconds * devices * (linksOfEach + 1),
      links: after.links,
      octets: octets / seconds,
      jsonOctets: jsonOctetsOf(devices, linksOfEach),
      relayedPerSecond: (after.relayed - before.relayed) / seconds,
    }
  } finally {
    child.stdin.end()
    await once(child, 'exit')
  }
}

/** What one agent says in one round. */
function messagesOf(at: number, linksOfEach: number, round: number, now: number): Uint8Array {
  const view = viewOf(at, round, now)
  return Buffer.concat([
    ...linksOf(at, linksOfEach, round, now).map((link) => updateOf(linkNlri(link.key), linkTlvs(link))),
    ...encodeView(view).map((page, number) => updateOf(viewNlri(keyOf(at), view.kind, number), viewTlvs(page))),
    keepalive,
  ])
}

const linksOf = (at: number, linksOfEach: number, round: number, now: number): readonly LinkTelemetry[] =>
  Array.from({ length: linksOfEach }, (_, index) => linkOf(at, index, round, now))

/** Octets of the same figures of one round. */
function jsonOctetsOf(devices: number, linksOfEach: number): number {
  const now = Date.now()
  let octets = 0
  for (let at = 0; at < devices; at++) {
    octets += JSON.stringify([linksOf(at, linksOfEach, 1, now), viewOf(at, 1, now)], readable).length
  }
  return octets
}

interface Figures {
  /** Seconds of processor time. */
  readonly user: number
  readonly system: number
  readonly accepted: number
  readonly links: number
  readonly relayed: number
}

async function figures(child: { stdin: NodeJS.WritableStream }, ask: () => Promise<string>): Promise<Figures> {
  const answer = ask()
  child.stdin.write('?')
  return JSON.parse(await answer) as Figures
}

/** Where all that comes from the controller ends. */
const sink = new Uint8Array(256 * 1024)

/** An agent that answers nothing but what keeps the session. */
async function sessionOf(at: number, port: number, takes: Takes): Promise<Socket> {
  const opened = Promise.withResolvers<void>()
  const socket = connect({
    port,
    host: '127.0.0.1',
    localAddress: `127.1.${at >> 8}.${(at & 255) + 1}`,
    onread: {
      buffer: sink,
      callback() {
        opened.resolve()
        return true
      },
    },
  })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
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
  await opened.promise
  socket.write(keepalive)
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
