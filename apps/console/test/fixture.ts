/**
 * A small network in the shape of the contract, for states that are hard to bring about with a real one: nothing
 * configured, a controller that goes away, a link that fills up on command. Every answer passes its schema.
 */
import { agentsAnswer, marksOf, type ToldOfAgents } from './agents-fixture.ts'
import { exportersAnswer } from './exporters-fixture.ts'
import { intentsAnswer, intentsStatus, type ToldOfIntents } from './intents-fixture.ts'
import { linesAnswer, type ToldOfLines } from './lines-fixture.ts'
import { matrixAnswer } from './matrix-fixture.ts'
import { seriesAnswer } from './series-fixture.ts'
import { steeringAnswer, type ToldOfBorders } from './steering-fixture.ts'
import { telemetryAnswer } from './telemetry-fixture.ts'
import { unusualAnswer } from './unusual-fixture.ts'
import type { Event } from '@vagus/api'
import {
  deviceListSchema,
  eventListSchema,
  flowTopSchema,
  ipv6ShareSchema,
  linkListSchema,
  linkLoadSchema,
  statusSchema,
  topologySchema,
} from '@vagus/api'

const apiVersion = 'vagus/v1' as const
const edges = ['pe-1', 'pe-2', 'pe-3', 'pe-4']
const sites = ['office', 'factory', 'dc-east', 'dc-west', 'field', 'transit']

/** Name, ends, capacity and utilisation there and back. */
const lines = [
  ['pe-1-p-1', 'pe-1', 'p-1', 200e6, 0.41, 0.22],
  ['pe-1-p-2', 'pe-1', 'p-2', 200e6, 0.18, 0.57],
  ['pe-2-p-1', 'pe-2', 'p-1', 200e6, 0.33, 0.28],
  ['pe-2-p-2', 'pe-2', 'p-2', 200e6, 0.11, 0.09],
  ['pe-3-p-1', 'pe-3', 'p-1', 200e6, 0.2, 0.31],
  ['pe-3-p-2', 'pe-3', 'p-2', 200e6, 0.05, 0.08],
  ['pe-4-p-1', 'pe-4', 'p-1', 200e6, 0.64, 0.12],
  ['pe-4-p-2', 'pe-4', 'p-2', 200e6, 0.3, 0.26],
  ['p-1-p-2', 'p-1', 'p-2', 400e6, 0.22, 0.35],
  ['transit-1', 'pe-1', 'transit', 50e6, 0.93, 0.62],
  ['transit-2', 'pe-2', 'transit', 30e6, 0.84, 0.31],
  ['transit-3', 'pe-4', 'transit', 20e6, 0.27, 0.74],
  ['pe-1-office', 'pe-1', 'office', 50e6, 0.3, 0.12],
  ['pe-2-factory', 'pe-2', 'factory', 50e6, 0.16, 0.44],
  ['pe-3-dc-east', 'pe-3', 'dc-east', 100e6, 0.38, 0.52],
  ['pe-4-dc-west', 'pe-4', 'dc-west', 100e6, 0.21, 0.37],
  ['pe-3-field', 'pe-3', 'field', 20e6, 0.08, 0.04],
] as const

/** A wave without chance: step and seed give 0.8..1.2. */
const wave = (step: number, seed: number): number =>
  1 + 0.13 * Math.sin(step / 7 + seed) + 0.07 * Math.sin(step * 1.7 + seed * 3)

const secondsOf = (last: string): number => parseInt(last) * { s: 1, m: 60, h: 3600, d: 86_400 }[last.at(-1)!]!

export class Fixture {
  /** `empty`: a controller that knows no network. */
  scene: 'metro' | 'empty' = 'metro'
  /** In an empty scene `false`: it is there for a fleet of agents. */
  wantsFlows = true
  agents: ToldOfAgents = 'none'
  borders: ToldOfBorders = 'calm'
  lines: ToldOfLines = 'not configured'
  intents: ToldOfIntents = 'not configured'
  /** A link that is full since a few seconds: over longer windows its mean is as ever. */
  surge: string | undefined
  /** Further items of data quality. */
  faults = 0
  readonly events: Event[] = []
  readonly #start = Date.now()

  add(event: Event['event'], severity: Event['severity'], subject: string, fields: Event['fields']): Event {
    const made: Event = { id: this.events.length + 1, at: new Date().toISOString(), event, severity, subject, fields }
    this.events.push(made)
    return made
  }

  #window(last: string) {
    const now = Date.now()
    const seconds = secondsOf(last)
    return { from: new Date(now - seconds * 1000).toISOString(), to: new Date(now).toISOString(), seconds }
  }

  /** The resource at a path, or `undefined` for one that is not there. */
  answer(url: URL): unknown {
    const last = url.searchParams.get('last') ?? '5m'
    const link = /^\/v1\/links\/([^/]+)\/load$/.exec(url.pathname)?.[1]
    if (link !== undefined) return this.#load(decodeURIComponent(link), last)
    switch (url.pathname) {
      case '/v1/status':
        return this.#status()
      case '/v1/topology':
        return this.#topology()
      case '/v1/links':
        return this.#links(last)
      case '/v1/devices':
        return this.#devices(last)
      case '/v1/exporters':
        return exportersAnswer(this.scene, this.#start)
      case '/v1/flows/top':
        return this.#top(last, url.searchParams)
      case '/v1/matrix':
        return matrixAnswer(
          url.searchParams,
          this.#window(last),
          this.scene === 'empty' ? { sites: [], edges: [] } : { sites, edges },
        )
      case '/v1/traffic/series':
        return seriesAnswer(url.searchParams, this.#window(last), this.scene)
      case '/v1/traffic/ipv6-share':
        return this.#share(last)
      case '/v1/events':
        return this.#newest(Number(url.searchParams.get('limit') ?? 100))
      default:
        return this.#others(url)
    }
  }

  #others(url: URL): unknown {
    if (url.pathname.startsWith('/v1/telemetry/')) return telemetryAnswer(url, this.scene)
    if (url.pathname === '/v1/me') return everybody
    if (url.pathname === '/v1/unusual') return unusualAnswer(this.scene, Date.now())
    const borders = this.scene === 'empty' ? 'none' : this.borders
    return (
      steeringAnswer(url, borders) ??
      linesAnswer(url, this.lines) ??
      intentsAnswer(url, this.intents) ??
      agentsAnswer(url.pathname, this.agents)
    )
  }

  #newest(limit: number) {
    const items = this.events.slice(-limit)
    return eventListSchema.parse({ apiVersion, kind: 'EventList', items })
  }

  #status() {
    const empty = this.scene === 'empty'
    const now = new Date().toISOString()
    return statusSchema.parse({
      apiVersion,
      kind: 'Status',
      domain: empty ? 'default' : 'metro',
      as: empty ? null : 64_512,
      substrate: empty ? null : 'frr-userns',
      version: '0.1.0',
      now,
      startedAt: new Date(this.#start).toISOString(),
      ready: true,
      devices: empty ? { total: 0, exporting: 0, silent: 0 } : { total: 6, exporting: 5, silent: 1 },
      links: {
        total: empty ? 0 : lines.length,
        down: 0,
        busiest: empty ? null : { name: 'transit-1', utilisation: 0.93 },
      },
      sites: empty ? 0 : sites.length,
      flows: empty
        ? { records: 0, recordsPerSecond: 0, lost: 0, lastAt: null, wanted: this.wantsFlows }
        : { records: 1_284_310, recordsPerSecond: 1312.4, lost: 412, lastAt: now },
      traffic: {
        window: this.#window('1m'),
        bitsPerSecond: empty ? 0 : 412e6,
        ipv6Share: empty ? null : 0.43,
        coverage: empty ? null : 0.981,
      },
      store: {
        state: 'ok',
        records: empty ? 0 : 1_284_310,
        octets: 0,
        oldest: null,
        lagSeconds: 0.4,
        waiting: 0,
        dropped: 0,
        disk: null,
      },
      ...(this.lines !== 'not configured' && { lines: { there: 2, coming: 0, missing: 1 } }),
      ...intentsStatus(this.intents),
      quality: empty
        ? []
        : [
            {
              severity: 'error',
              kind: 'silent',
              subject: 'p-2',
              problem: 'has exported nothing for 42 s',
              fix: 'check its exporter; what came last: vagus exporter ls',
            },
            {
              severity: 'warning',
              kind: 'other',
              subject: 'pe-4',
              problem: 'exports NetFlow v5, which cannot carry IPv6',
              fix: 'let it export IPFIX: vagus cheat ipfix',
            },
            ...Array.from({ length: this.faults }, (_, index) => ({
              severity: 'warning',
              kind: 'sampling',
              subject: `ce-${index + 1}`,
              problem: 'does not say its sampling rate',
              fix: 'set devices.samplingRate: vagus config explain devices.samplingRate',
            })),
          ],
    })
  }

  #topology() {
    const node = (kind: string, as: number | null) => (name: string) => ({ name, kind, as })
    const empty = this.scene === 'empty'
    return topologySchema.parse({
      apiVersion,
      kind: 'Topology',
      nodes: empty
        ? []
        : [
            ...edges.map(node('edge', 64_512)),
            ...['p-1', 'p-2'].map(node('core', 64_512)),
            ...sites.slice(0, 5).map((name, index) => node('site', 64_701 + index)(name)),
            node('neighbour', 64_600)('transit'),
          ],
      links: empty ? [] : lines.map(([name, a, z, capacity]) => ({ name, a, z, capacity })),
    })
  }

  #links(last: string) {
    const step = Date.now() / 5000
    const load = (capacity: number, share: number, seed: number, shareNow = share) => {
      const rateOf = (share: number): number => capacity * Math.min(1, share * wave(step, seed) ** 0.3)
      const bitsPerSecond = rateOf(share)
      return {
        bitsPerSecond,
        utilisation: bitsPerSecond / capacity,
        fromFlows: bitsPerSecond * 0.98,
        fromCounters: bitsPerSecond,
        now: rateOf(shareNow),
        coverage: 0.98,
      }
    }
    const items = lines.map(([name, a, z, capacity, there, back], seed) => ({
      name,
      a: { node: a, interface: `eth${seed}` },
      z: { node: z, interface: null },
      capacity,
      state: name === 'pe-3-p-2' ? 'down' : 'up',
      aToZ: load(capacity, there, seed, name === this.surge ? 2 : there),
      zToA: load(capacity, back, seed + 5),
      expected: this.#expected(there, back),
    }))
    return linkListSchema.parse({
      apiVersion,
      kind: 'LinkList',
      window: this.#window(last),
      items: this.scene === 'empty' ? [] : items,
    })
  }

  /** The fuller, the likelier to fill up. */
  #expected(there: number, back: number) {
    const [aToZ, zToA] = [there ** 4, back ** 4]
    return { utilisation: 0.8, by: new Date(Date.now() + 1_500_000).toISOString(), aToZ, zToA }
  }

  #load(name: string, last: string) {
    const line = lines.find(([each]) => each === name)
    if (line === undefined) return undefined
    const window = this.#window(last)
    const stepSeconds = Math.max(5, window.seconds / 120)
    const length = Math.floor(window.seconds / stepSeconds)
    const first = Math.floor(Date.parse(window.from) / 1000 / stepSeconds)
    const series = (share: number, seed: number) =>
      Array.from({ length }, (_, step) =>
        step === 20 ? null : line[3] * Math.min(1, share * wave(first + step, seed)),
      )
    return linkLoadSchema.parse({
      apiVersion,
      kind: 'LinkLoad',
      name,
      capacity: line[3],
      window,
      stepSeconds,
      source: 'counters',
      aToZ: series(line[4], 1),
      zToA: series(line[5], 2),
      expected: this.#expected(line[4], line[5]),
    })
  }

  #devices(last: string) {
    const items = [...edges, 'p-1', 'p-2'].map((name, index) => ({
      name,
      role: name.startsWith('pe') ? 'edge' : 'core',
      address: `10.255.0.${index + 1}`,
      state: name === 'p-2' ? 'silent' : 'exporting',
      lastAt: new Date(Date.now() - (name === 'p-2' ? 42_000 : 1500)).toISOString(),
      recordsPerSecond: name === 'p-2' ? 0 : 212.5 + index * 31,
      lostShare: 0.0004 * index,
      samplingRate: 1,
      clock: { behindSeconds: 0, isWrong: false },
      protocols: [name === 'pe-4' ? 'netflow5' : 'ipfix'],
      counters: name !== 'p-1',
      coverage: name === 'p-1' ? null : 0.97 + index / 200,
      interfaces: lines
        .filter(([, a, z]) => a === name || z === name)
        .map(([, a, z, capacity, there, back], port) => ({
          name: `eth${port}`,
          index: port + 1,
          site: sites.find((site) => site === a || site === z) ?? null,
          state: 'up',
          inBitsPerSecond: capacity * back,
          outBitsPerSecond: capacity * there,
        })),
    }))
    return deviceListSchema.parse({
      apiVersion,
      kind: 'DeviceList',
      now: new Date().toISOString(),
      window: this.#window(last),
      items: this.scene === 'empty' ? [] : items,
    })
  }

  #top(last: string, query: URLSearchParams) {
    const by = (query.get('by') ?? 'src,dst').split(',')
    const n = Number(query.get('n'))
    const window = this.#window(last)
    const valueOf = (dimension: string, index: number): string =>
      ({
        src: index % 3 === 0 ? `2001:db8:${index + 10}:4::${index + 1}` : `10.${index + 10}.0.${index + 7}`,
        dst: index % 3 === 0 ? `2001:db8:ffff:${index}::80` : `198.51.100.${index + 3}`,
        application: ['https', 'video', 'backup', 'dns', 'telemetry'][index % 5]!,
        srcSite: sites[index % 6]!,
        dstSite: sites[(index + 2) % 6]!,
      })[dimension] ?? String(index + 1)
    const items = Array.from({ length: this.scene === 'empty' ? 0 : Math.min(n, 30) }, (_, index) => {
      const share = 0.22 / (index + 1.3)
      const bitsPerSecond = 412e6 * share
      return {
        key: Object.fromEntries(by.map((dimension) => [dimension, valueOf(dimension, index)])),
        octets: Math.round((bitsPerSecond / 8) * window.seconds),
        packets: Math.round(bitsPerSecond / 8000) * window.seconds,
        flows: 31 * (40 - index),
        bitsPerSecond,
        share,
        error: 0,
        ...(this.agents === 'with sessions' && by.includes('src') ? marksOf(index) : {}),
      }
    })
    const bitsPerSecond = this.scene === 'empty' ? 0 : 412e6 * wave(Date.now() / 5000, 1) ** 0.2
    const octets = Math.round((bitsPerSecond / 8) * window.seconds)
    return flowTopSchema.parse({
      apiVersion,
      kind: 'FlowTop',
      window,
      by,
      method: 'exact',
      coverage: this.scene === 'empty' ? null : 0.981,
      total: { octets, packets: 5_120_000, flows: 48_210, bitsPerSecond },
      items,
    })
  }

  #share(last: string) {
    const window = this.#window(last)
    const stepSeconds = Math.max(5, window.seconds / 120)
    const length = this.scene === 'empty' ? 0 : Math.floor(window.seconds / stepSeconds)
    const first = Math.floor(Date.parse(window.from) / 1000 / stepSeconds)
    return ipv6ShareSchema.parse({
      apiVersion,
      kind: 'Ipv6Share',
      window,
      stepSeconds,
      ipv4: Array.from({ length }, (_, step) => 235e6 * wave(first + step, 4)),
      ipv6: Array.from({ length }, (_, step) => 177e6 * wave(first + step, 6) * (0.9 + step / length / 5)),
      share: length > 0 ? 0.43 : null,
      trend: length >= 10 ? { perDay: 0.41, low: 0.22, high: 0.66 } : null,
      blind: this.scene === 'empty' ? [] : ['pe-4'],
      coverage: this.scene === 'empty' ? null : 0.981,
    })
  }
}

/** Who looks, where vagus.yaml has no operators. */
const everybody = {
  apiVersion,
  kind: 'Me',
  name: 'everybody',
  how: 'open',
  roles: [],
  rights: ['read'],
  until: null,
  csrf: null,
}
