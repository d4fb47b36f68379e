/**
 * The telemetry of a domain as one agent has received it: every link and device with its newest plausible figures and
 * their age. Order comes from the sequence numbers of the agents, age from our own clock.
 * @module
 */
import { decodeLinkStateTlvs } from '../link-state/attribute.ts'
import type { LinkStateNlri } from '../link-state/nlri.ts'
import { type DeviceKey, deviceKeyOf, placeOf, readDevice } from './device.ts'
import { defaultMaxLinks, defaultMaxPages } from './limits.ts'
import { type LinkKey, linkKeyOf, type LinkTelemetry, readLink } from './link.ts'
import { type LinkFigures, readFigures } from './link-figures.ts'
import { defaultRules } from './link-publisher.ts'
import { clockAheadOf, problemOfLink, problemOfView } from './plausible.ts'
import type { ViewKind } from './registry.ts'
import type { ReceivedPage, View, ViewPage } from './view.ts'

export interface TelemetrySource {
  /** The peer's name among ours. */
  readonly peer: string
  /** BGP identifier of the only router that it may speak of; undefined for a reflector. */
  readonly router: number | undefined
}

export interface HeldLink {
  readonly link: LinkTelemetry
  readonly peer: string
  /** Milliseconds since 1970, by our clock. */
  readonly receivedAt: number
}

export interface HeldDevice {
  readonly key: DeviceKey
  readonly name?: string
  readonly peer: string
  readonly receivedAt: number
}

/**
 * `malformed`: private TLVs that have not their form, and attributes that cannot be walked. `implausible`: figures that
 * cannot be true.
 */
export interface TelemetryCounts {
  accepted: number
  malformed: number
  implausible: number
  /** Not newer than what is held. */
  outdated: number
  /** About a router that the peer does not stand beside. */
  foreign: number
  /** Beyond a limit. */
  refused: number
}

export type Reception =
  | { readonly type: 'link'; readonly figures: LinkFigures }
  | { readonly type: 'device'; readonly device: HeldDevice }
  | { readonly type: 'view'; readonly page: ViewPage }
  | {
      readonly type: 'discarded'
      readonly why: keyof TelemetryCounts
      readonly problem: string
      /** Milliseconds by which the agent's clock is ahead of ours, where that is more than is allowed. */
      readonly clockAhead?: number
    }
  /** Valid BGP-LS, but nothing of this profile. */
  | { readonly type: 'other' }

/** Refreshes that may be missed before what was announced is dropped: two lost in a row are no proof of death. */
const missedRefreshes = 3

/** A link as it came last, and as it is once somebody has asked. */
interface ReceivedLink {
  nlri: LinkStateNlri
  tlvs: Uint8Array
  figures: LinkFigures
  peer: string
  receivedAt: number
  link: LinkTelemetry | undefined
}

type HeldPage = { page: ViewPage; peer: string; receivedAt: number }

export class TelemetryTable {
  readonly counts: TelemetryCounts = { accepted: 0, malformed: 0, implausible: 0, outdated: 0, foreign: 0, refused: 0 }
  readonly #maxLinks: number
  readonly #maxPages: number
  readonly #lifetime: number
  readonly #links = new Map<string, ReceivedLink>()
  readonly #devices = new Map<number, HeldDevice>()
  readonly #pages = new Map<string, HeldPage>()

  /** `refresh`: milliseconds within which senders repeat themselves. */
  constructor(limits: { readonly maxLinks?: number; readonly maxPages?: number; readonly refresh?: number } = {}) {
    this.#maxLinks = limits.maxLinks ?? defaultMaxLinks
    this.#maxPages = limits.maxPages ?? defaultMaxPages
    this.#lifetime = missedRefreshes * (limits.refresh ?? defaultRules.refresh)
  }

  /**
   * One NLRI with its BGP-LS attribute, which is kept and must not change. Never throws; a session is never reset for
   * what is in it.
   */
  receive(source: TelemetrySource, nlri: LinkStateNlri, tlvs: Uint8Array, now: number): Reception {
    if (nlri.type === 'link') return this.#receiveLink(source, nlri, tlvs, now)
    if (nlri.type === 'node') return this.#receiveDevice(source, nlri, tlvs, now)
    return { type: 'other' }
  }

  /** What the peer no longer announces. */
  withdraw(peer: string, nlri: LinkStateNlri): void {
    const link = linkKeyOf(nlri)
    if (link !== undefined) remove(this.#links, linkId(link), peer)
    const device = deviceKeyOf(nlri)
    if (device === undefined) return
    if (device.place === 0) remove(this.#devices, device.local.bgpIdentifier, peer)
    else remove(this.#pages, pageId(device, device.place), peer)
  }

  /** Forgets what this peer alone told, when its session is over. */
  forget(peer: string): void {
    for (const map of [this.#links, this.#devices, this.#pages] as Map<unknown, { peer: string }>[]) {
      for (const [key, held] of map) if (held.peer === peer) map.delete(key)
    }
  }

  /** Of whom something is held. */
  peers(): ReadonlySet<string> {
    return new Set(
      [this.#links, this.#devices, this.#pages].flatMap((map) => [...map.values()].map(({ peer }) => peer)),
    )
  }

  /** Drops what was not repeated in time; to be called about once a second. The links that ended so. */
  expire(now: number): readonly LinkTelemetry[] {
    const ended: LinkTelemetry[] = []
    for (const [key, held] of this.#links) {
      if (now - held.receivedAt <= this.#lifetime) continue
      this.#links.delete(key)
      ended.push(linkOf(held))
    }
    for (const map of [this.#devices, this.#pages] as Map<unknown, { receivedAt: number }>[]) {
      for (const [key, held] of map) if (now - held.receivedAt > this.#lifetime) map.delete(key)
    }
    return ended
  }

  links(): readonly HeldLink[] {
    return [...this.#links.values()].map((held) => ({
      link: linkOf(held),
      peer: held.peer,
      receivedAt: held.receivedAt,
    }))
  }

  devices(): readonly HeldDevice[] {
    return [...this.#devices.values()]
  }

  /** The view of a device, when all its pages of one sequence are there. */
  view(bgpIdentifier: number, kind: ViewKind): (View & { readonly receivedAt: number }) | undefined {
    const held = [...this.#pages]
      .filter(([id, { page }]) => page.kind === kind && id.startsWith(`${bgpIdentifier}/`))
      .map(([, one]) => one)
      .sort((one, other) => one.page.page - other.page.page)
    const [first] = held
    if (first === undefined || held.length < first.page.pages) return undefined
    const pages = held.slice(0, first.page.pages).map(({ page }) => page)
    if (pages.some((page, at) => page.page !== at || page.sequence !== first.page.sequence)) return undefined
    const { kind: kind_, sequence, agent, window, totals } = first.page
    const records = pages.flatMap((page) => page.records)
    const receivedAt = Math.max(...held.map((one) => one.receivedAt))
    return { kind: kind_, sequence, agent, window, totals, records, receivedAt }
  }

  #receiveLink(source: TelemetrySource, nlri: LinkStateNlri, tlvs: Uint8Array, now: number): Reception {
    const read = readFigures(tlvs)
    if (read === undefined) return this.#discard('malformed', overrun)
    this.counts.malformed += read.malformed
    const { figures } = read
    const key = linkKeyOf(nlri)
    if (key === undefined || figures === undefined) return { type: 'other' }
    if (!mayTell(source, key.local.bgpIdentifier)) return this.#discard('foreign', foreignProblem(source))
    const problem = problemOfLink(figures, now)
    if (problem !== undefined)
      return this.#discard('implausible', problem, clockAheadOf(figures.measurement?.sequence, now))
    const id = linkId(key)
    const held = this.#links.get(id)
    const back = outdatedProblem(held?.figures.measurement, figures.measurement)
    if (back !== undefined) return this.#discard('outdated', back)
    if (held === undefined && this.#links.size >= this.#maxLinks) {
      return this.#discard('refused', `more than ${this.#maxLinks} links`)
    }
    if (held === undefined) {
      this.#links.set(id, { nlri, tlvs, figures, peer: source.peer, receivedAt: now, link: undefined })
    } else {
      held.nlri = nlri
      held.tlvs = tlvs
      held.figures = figures
      held.peer = source.peer
      held.receivedAt = now
      held.link = undefined
    }
    this.counts.accepted++
    return { type: 'link', figures }
  }

  #receiveDevice(source: TelemetrySource, nlri: LinkStateNlri, octets: Uint8Array, now: number): Reception {
    const tlvs = decodeLinkStateTlvs(octets)
    if (tlvs === undefined) return this.#discard('malformed', overrun)
    const { device: key, name, page, malformed } = readDevice(nlri, tlvs)
    this.counts.malformed += malformed
    if (key === undefined) return { type: 'other' }
    const id = key.local.bgpIdentifier
    if (!mayTell(source, id)) return this.#discard('foreign', foreignProblem(source))
    if (page !== undefined) return this.#receivePage(source, key, page, now)
    if (name === undefined) return { type: 'other' }
    if (!this.#devices.has(id) && this.#devices.size >= this.#maxPages) {
      return this.#discard('refused', `more than ${this.#maxPages} devices`)
    }
    const device = { key, name, peer: source.peer, receivedAt: now }
    this.#devices.set(id, device)
    this.counts.accepted++
    return { type: 'device', device }
  }

  #receivePage(source: TelemetrySource, key: DeviceKey, page: ReceivedPage, now: number): Reception {
    const problem = problemOfView(page, now)
    if (problem !== undefined) return this.#discard('implausible', problem, clockAheadOf(page.sequence, now))
    const id = pageId(key, placeOf(page))
    const held = this.#pages.get(id)
    const back = outdatedProblem(held?.page, page)
    if (back !== undefined) return this.#discard('outdated', back)
    if (held === undefined && this.#pages.size >= this.#maxPages) {
      return this.#discard('refused', `more than ${this.#maxPages} pages`)
    }
    if (held === undefined) this.#pages.set(id, { page, peer: source.peer, receivedAt: now })
    else {
      held.page = page
      held.peer = source.peer
      held.receivedAt = now
    }
    this.counts.accepted++
    return { type: 'view', page }
  }

  #discard(why: keyof TelemetryCounts, problem: string, clockAhead?: number): Reception {
    this.counts[why]++
    return { type: 'discarded', why, problem, ...(clockAhead === undefined ? {} : { clockAhead }) }
  }
}

const overrun = 'a TLV that ends behind its attribute'

function linkOf(held: ReceivedLink): LinkTelemetry {
  // Sound: its figures were read, so there are TLVs, and a link in them.
  held.link ??= readLink(held.nlri, decodeLinkStateTlvs(held.tlvs)!).link!
  return held.link
}

const mayTell = ({ router }: TelemetrySource, about: number): boolean => router === undefined || router === about

const foreignProblem = ({ peer }: TelemetrySource): string => `${peer} speaks of a router that it does not stand beside`

const ids = new WeakMap<LinkKey, string>()

/** As text, made once for each key. */
function linkId(key: LinkKey): string {
  const known = ids.get(key)
  if (known !== undefined) return known
  const { instance, local, remote, interface: index, addresses } = key
  const made = `${local.bgpIdentifier}/${instance}/${index}/${remote.as}/${remote.bgpIdentifier}/${addresses?.local.join('.')}`
  ids.set(key, made)
  return made
}

const pageId = ({ local, instance }: DeviceKey, place: number): string => `${local.bgpIdentifier}/${instance}/${place}`

type Numbered = { readonly sequence: number } | undefined

/** Whoever measured: of two agents that speak of one router the later figure counts. */
function outdatedProblem(before: Numbered, after: Numbered): string | undefined {
  if (before === undefined || after === undefined || after.sequence > before.sequence) return undefined
  return `sequence ${after.sequence} where ${before.sequence} is held`
}

function remove<Key>(map: Map<Key, { readonly peer: string }>, key: Key, peer: string): void {
  if (map.get(key)?.peer === peer) map.delete(key)
}
