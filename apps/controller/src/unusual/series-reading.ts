/** What is held against its own past in a step: links, pairs of sites, shares, exporters, interfaces, BGP sessions. @module */
import type { Composition, Measure, SeriesReading, SeriesSubject } from '@vagus/analytics'
import type { Config } from '@vagus/api'
import type { PeerFigures } from './bgp-figures.ts'
import type { InterfaceFaults } from './interface-faults.ts'
import type { Measured } from './measured-by.ts'

export type Subject = SeriesSubject & { readonly reading: SeriesReading }

export interface StepReading {
  readonly config: Pick<Config, 'links' | 'sites'>
  /** Mean rate of the step by counters, bits per second; null where none tell. */
  readonly loadOf: (link: string) => { readonly aToZ: number | null; readonly zToA: number | null }
  /** The same from flows. */
  readonly flowLoadOf: (link: string) => { readonly aToZ: number | null; readonly zToA: number | null }
  readonly composition: Composition
  readonly measured: Measured
  /** Flow records a second by device. */
  readonly records: ReadonlyMap<string, number>
  /** Devices that export nothing at present: another event tells of them. */
  readonly silent: ReadonlySet<string>
  readonly faults: readonly InterfaceFaults[]
  readonly peers: readonly PeerFigures[]
}

/** Without links, what counts as a change of a pair: bits per second. */
const leastWithoutLinks = 100_000
/** Part of a link that is the least change of its load. */
const leastOfLink = 0.02
/** Steps without counters after which a link is read from flows: at a start counters are a little late. */
const patience = 12
/** Applications that are followed, the largest; shares of less are of nobody's interest. */
const maxApplications = 32
/** Steps after which one that stayed smaller makes room for another. */
const maxSmall = 1440
const leastShare = 0.02

const least = {
  application: { compare: 'difference', least: 0.15 },
  ipv6: { compare: 'difference', least: 0.1 },
  addresses: { compare: 'ratio', least: 50 },
  flows: { compare: 'ratio', least: 10 },
  records: { compare: 'ratio', least: 5 },
  faults: { compare: 'ratio', least: 20 },
  prefixes: { compare: 'ratio', least: 5 },
  messages: { compare: 'ratio', least: 50 },
  resets: { compare: 'ratio', least: 2 },
} as const satisfies Record<string, Measure>

export class SeriesReader {
  /** Pairs and applications that were ever large enough: one that vanishes is read as 0. */
  readonly #pairs = new Set<string>()
  /** With the steps since each was large enough. */
  readonly #applications = new Map<string, number>()
  /** Steps since counters told of a link, by its name; links are as many as are configured. */
  readonly #uncounted = new Map<string, number>()

  /** By key. @param followed what was known before a restart */
  constructor(followed: Iterable<string> = []) {
    for (const key of followed) {
      if (key.startsWith('pair ')) this.#pairs.add(key.slice('pair '.length))
      if (key.startsWith('application ')) this.#applications.set(key.slice('application '.length), 0)
    }
  }

  read(step: StepReading): ReadonlyMap<string, Subject> {
    const leastRate = leastRateOf(step.config)
    const all = [
      ...this.#linksOf(step),
      ...this.#pairsOf(step, leastRate),
      ...wholeTraffic(step, leastRate),
      ...this.#applicationsOf(step, leastRate),
      ...exporters(step),
      ...faults(step),
      ...peers(step),
    ]
    return new Map(all.map((one) => [`${one.kind} ${one.name}`, one]))
  }

  #linksOf({ config, loadOf, flowLoadOf, measured }: StepReading): readonly Subject[] {
    return config.links.flatMap(({ name, a, z, capacity }) => {
      const counted = loadOf(name)
      const isCounted = counted.aToZ !== null || counted.zToA !== null
      const uncounted = isCounted ? 0 : (this.#uncounted.get(name) ?? 0) + 1
      this.#uncounted.set(name, uncounted)
      const flowed = uncounted > patience ? flowLoadOf(name) : { aToZ: null, zToA: null }
      const measure = { compare: 'ratio', least: leastOfLink * capacity } as const
      const places = [`link:${name}`, `node:${a.node}`, `node:${z.node}`]
      return (['aToZ', 'zToA'] as const).map((way): Subject => {
        const reading =
          flowed[way] === null ? counterReading(counted[way], measure) : flowReading(flowed[way], measure, measured)
        return { kind: 'link', name: `${name} ${way === 'aToZ' ? 'A→Z' : 'Z→A'}`, places, reading }
      })
    })
  }

  #pairsOf({ composition, measured, config }: StepReading, leastRate: number): readonly Subject[] {
    const rates = new Map(composition.parts.sites.map(({ key, bitsPerSecond }) => [key, bitsPerSecond]))
    for (const [pair, rate] of rates) if (rate >= leastRate) this.#pairs.add(pair)
    const sites = new Set(config.sites.map(({ name }) => name))
    return [...this.#pairs].flatMap((name): readonly Subject[] => {
      const ends = name.split(' → ')
      if (!ends.every((end) => sites.has(end))) {
        this.#pairs.delete(name)
        return []
      }
      const reading = flowReading(rates.get(name) ?? 0, { compare: 'ratio', least: leastRate }, measured)
      return [{ kind: 'pair', name, places: ends.map((end) => `node:${end}`), reading }]
    })
  }

  /** Shares say nothing while hardly anything flows. */
  #applicationsOf({ composition, measured }: StepReading, leastRate: number): readonly Subject[] {
    const total = composition.bitsPerSecond
    const shares = new Map(composition.parts.application.map(({ key, bitsPerSecond }) => [key, bitsPerSecond / total]))
    for (const [name, small] of this.#applications) this.#applications.set(name, small + 1)
    for (const [name, share] of shares) if (share >= leastShare) this.#follow(name)
    return [...this.#applications.keys()].map((name) => {
      const share = total >= leastRate ? (shares.get(name) ?? 0) : NaN
      return { kind: 'application', name, places: [], reading: flowReading(share, least.application, measured) }
    })
  }

  #follow(application: string): void {
    if (!this.#applications.has(application) && this.#applications.size >= maxApplications) {
      const [[oldest, small]] = [...this.#applications].toSorted(([, one], [, other]) => other - one) as [
        [string, number],
      ]
      if (small < maxSmall) return
      this.#applications.delete(oldest)
    }
    this.#applications.set(application, 0)
  }
}

/** A change of so much is worth a word: of the middle one of all links. */
function leastRateOf({ links: all }: StepReading['config']): number {
  const capacities = all.map(({ capacity }) => capacity).toSorted((one, other) => one - other)
  const middle = capacities[capacities.length >> 1]
  return middle === undefined ? leastWithoutLinks : leastOfLink * middle
}

const flowReading = (value: number, measure: Measure, { by, isWhole }: Measured): SeriesReading => ({
  ...measure,
  value: isWhole ? value : NaN,
  measured: `${by} ${measure.least}`,
})

const counterReading = (value: number | null, measure: Measure): SeriesReading => ({
  ...measure,
  value: value ?? NaN,
  measured: `counters ${measure.least}`,
})

function wholeTraffic({ composition, measured }: StepReading, leastRate: number): readonly Subject[] {
  const { bitsPerSecond, ipv6BitsPerSecond, sources, destinations, flowsPerSecond } = composition
  const share = bitsPerSecond >= leastRate ? ipv6BitsPerSecond / bitsPerSecond : NaN
  const of = (kind: SeriesSubject['kind'], value: number, measure: Measure): Subject => ({
    kind,
    name: '',
    places: [],
    reading: flowReading(value, measure, measured),
  })
  return [
    of('ipv6', share, least.ipv6),
    of('sources', sources, least.addresses),
    of('destinations', destinations, least.addresses),
    of('flows', flowsPerSecond, least.flows),
  ]
}

/** A silent exporter is no unusual traffic: `exporter.silent` tells of it, and nothing is known of its rate. */
const exporters = ({ records, silent, measured }: StepReading): readonly Subject[] =>
  [...records].map(([name, rate]) => ({
    kind: 'export',
    name,
    places: [`node:${name}`],
    reading: flowReading(silent.has(name) ? NaN : rate, least.records, measured),
  }))

const faults = ({ faults: all }: StepReading): readonly Subject[] =>
  all.flatMap(({ device, name, link, errors, discards }): readonly Subject[] => {
    const places = [`node:${device}`, ...(link === undefined ? [] : [`link:${link}`])]
    return [
      { kind: 'errors', name: `${device} ${name}`, places, reading: counterReading(errors, least.faults) },
      { kind: 'discards', name: `${device} ${name}`, places, reading: counterReading(discards, least.faults) },
    ]
  })

const peers = ({ peers: all }: StepReading): readonly Subject[] =>
  all.flatMap(({ device, peer, prefixes, messages, resets }): readonly Subject[] => {
    const of = { name: `${peer} at ${device}`, places: [`node:${device}`] } as const
    return [
      { kind: 'prefixes', ...of, reading: counterReading(prefixes, least.prefixes) },
      { kind: 'messages', ...of, reading: counterReading(messages, least.messages) },
      { kind: 'resets', ...of, reading: counterReading(resets, least.resets) },
    ]
  })
