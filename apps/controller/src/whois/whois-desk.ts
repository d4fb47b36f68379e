/** Answers who is at an address, and what is known of an agent under any of its names. @module */
import { AddressError, parseEndpoint } from '@vagus/address'
import { type Agent, apiVersion, type Config, type Membership } from '@vagus/api'
import {
  type AgentName,
  maxWhoisPlaces,
  type Whois,
  type WhoisAgent,
  type WhoisBinding,
  type WhoisPlace,
} from '@vagus/api/whois'
import {
  type AgentId,
  type Identity,
  isAgentId,
  type IdentityCrypto,
  type ResolvedBinding,
  serialHash,
} from '@vagus/identity'
import type { ListedAgent } from '../agents/agent-list.ts'
import type { HeldReport } from '../agents/session-reports.ts'
import { stateOf } from '../resources/agents.ts'
import { timeText } from '../resources/windows.ts'
import { BindingSources, type JoinedBox } from './agent-bindings.ts'
import { type Holding, proofOf, strengthOf } from './holding.ts'
import type { HoldingBook } from './holding-book.ts'
import type { KeyAges } from './key-ages.ts'
import { keyOfPlace, placeAddress, placeText } from './place.ts'

export interface WhoisParts {
  readonly book: HoldingBook
  readonly ages: KeyAges
  readonly crypto: IdentityCrypto
  /** Those whose documents hold. */
  readonly listed: () => readonly ListedAgent[]
  readonly nameOf: (id: AgentId) => string | undefined
  readonly agentOf: (word: string) => ListedAgent | undefined
  readonly siteOf: (id: AgentId) => Agent['site']
  readonly reports: () => readonly HeldReport[]
  readonly membershipOf: (id: AgentId) => Omit<Membership, 'enforces'> | undefined
  readonly config: () => Pick<Config, 'devices' | 'access'>
  readonly boxes: () => readonly JoinedBox[]
  /** Since when the table reaches back, milliseconds since 1970. */
  readonly keptSince: () => number
  readonly now: () => number
}

interface Found {
  readonly is: Whois['is']
  readonly agents: readonly AgentId[]
  readonly conflicts: Whois['conflicts']
  readonly behindNat: number
}

export class WhoisDesk {
  readonly #parts: WhoisParts

  constructor(parts: WhoisParts) {
    this.#parts = parts
  }

  /** @param at milliseconds since 1970; undefined: now */
  answer(asked: string, at: number | undefined): Whois {
    const { now, keptSince, listed, boxes, crypto, config } = this.#parts
    const when = Math.min(at ?? now(), now())
    const { owners } = config().access
    const sources = new BindingSources({
      identities: listed().map(({ identity }) => identity),
      boxes: boxes(),
      trusts: (issuer) => owners.some(({ id }) => id === issuer),
      now: now(),
      crypto,
    })
    const { is, agents, conflicts, behindNat } = this.#find(asked.trim(), when, sources)
    return {
      apiVersion,
      kind: 'Whois',
      asked,
      is,
      at: timeText(when),
      keptSince: timeText(keptSince()),
      agents: agents.slice(0, maxFound).map((id) => this.#describe(id, when, sources)),
      more: Math.max(0, agents.length - maxFound),
      conflicts: [...conflicts],
      behindNat,
    }
  }

  nameOf(id: AgentId): AgentName {
    return { id, name: this.#parts.nameOf(id) ?? null }
  }

  #find(asked: string, at: number, sources: BindingSources): Found {
    const place = addressIn(asked)
    if (place !== undefined) return this.#atAddress(place, at, sources)
    const { agentOf, config } = this.#parts
    const listed = agentOf(asked)?.identity.id ?? (isAgentId(asked) ? asked : undefined)
    if (listed !== undefined) return { is: 'agent', agents: [listed], conflicts: [], behindNat: 0 }
    const device = config().devices.find(({ name }) => name === asked)?.id
    if (device !== undefined) return { is: 'agent', agents: [device], conflicts: [], behindNat: 0 }
    return this.#byIdentifier(asked, sources)
  }

  #atAddress({ address, port }: AskedPlace, at: number, { identities }: BindingSources): Found {
    const holdings = this.#parts.book.at(address, at, port)
    const tagged = identities.flatMap(({ tag, id }) => (tag === address ? [id] : []))
    const agents = [...new Set([...holdings.map(({ agent }) => agent), ...tagged])]
    const contested = [...Map.groupBy(holdings, ({ place }) => keyOfPlace(place)).values()].flatMap((same) => {
      const best = same.filter((one) => strengthOf(one) === strengthOf(same[0]!)) // sound: groups are never empty
      const holders = [...new Set(best.map(({ agent }) => agent))]
      return holders.length < 2
        ? []
        : [{ what: placeText(same[0]!.place), agents: holders.map((id) => this.nameOf(id)) }]
    })
    const behindNat = new Set(holdings.filter((one) => one.behindNat).map(({ agent }) => agent)).size
    return { is: 'address', agents, conflicts: contested, behindNat }
  }

  /** What other networks call it, or the serial number of its box. */
  #byIdentifier(asked: string, sources: BindingSources): Found {
    const { identities, boxes } = sources
    const hash = serialHash(asked)
    const bound = identities.flatMap(({ id, bindings }) =>
      bindings.some(({ kind, value }) => value === asked || (kind === 'serial' && value === hash)) ? [id] : [],
    )
    const joined = boxes.flatMap(({ serial, agent }) =>
      serial === asked || serialHash(serial) === asked ? [agent] : [],
    )
    const agents = [...new Set([...joined, ...bound])]
    const rivals = agents.length < 2 ? [] : this.#rivalsFor(asked, agents.slice(0, maxFound), sources)
    return { is: 'identifier', agents, conflicts: rivals, behindNat: 0 }
  }

  /** Where the strongest evidence names one agent, the others are no conflict; they are shown as contested. */
  #rivalsFor(asked: string, agents: readonly AgentId[], sources: BindingSources): Whois['conflicts'] {
    const hash = serialHash(asked)
    const isDecided = agents.some((id) =>
      sources.of(id).some(({ value, holder }) => (value === asked || value === hash) && holder !== undefined),
    )
    return isDecided ? [] : [{ what: asked, agents: agents.map((id) => this.nameOf(id)) }]
  }

  #describe(id: AgentId, at: number, sources: BindingSources): WhoisAgent {
    const { book, agentOf, siteOf, membershipOf, config, boxes, now } = this.#parts
    const listed = agentOf(id)
    const member = membershipOf(id)
    const places = book.of(id, at)
    const owner = member && config().access.owners.find((one) => one.id === member.owner)?.name
    return {
      ...this.nameOf(id),
      state: listed === undefined ? null : stateOf(listed, now()),
      owner: member === undefined ? null : { id: member.owner, name: owner ?? this.nameOf(member.owner).name },
      roles: [...(member?.roles ?? [])],
      claims: listed?.identity.role ?? null,
      quarantined: member?.quarantined !== undefined,
      actsFor: this.#actsFor(id),
      device: config().devices.find((device) => device.id === id)?.name ?? null,
      serial: boxes().find(({ agent }) => agent === id)?.serial ?? null,
      site: siteOf(id),
      key: listed === undefined ? null : this.#key(listed.identity),
      sessions: this.#sessionsOf(id),
      places: places.slice(0, maxWhoisPlaces).map((holding) => this.#place(holding)),
      more: Math.max(0, places.length - maxWhoisPlaces),
      bindings: sources.of(id).map((binding) => this.#binding(id, binding)),
    }
  }

  #key({ id, epoch, keyLog, expiresAt }: Identity): WhoisAgent['key'] {
    const { ages, now } = this.#parts
    const since = timeText(ages.sinceOf(id) ?? now())
    return { epoch, rotations: keyLog.length - 1, since, documentUntil: timeText(expiresAt) }
  }

  #binding(id: AgentId, { kind, value, evidence, holder, raisesTrust }: ResolvedBinding): WhoisBinding {
    const own = evidence.find(({ agent }) => agent === id)! // sound: bindings of this agent
    const others = [...new Set(evidence.map(({ agent }) => agent))].filter((agent) => agent !== id)
    return {
      kind,
      value,
      proof: own.proof,
      by: own.by === id ? 'itself' : (this.#parts.nameOf(own.by) ?? own.by),
      until: timeText(own.until),
      raisesTrust: raisesTrust && holder === id,
      contested: others.map((other) => this.nameOf(other)),
    }
  }

  /** That it tells of, or that others tell of where it tells of none. */
  #sessionsOf(id: AgentId): number {
    const reports = this.#parts.reports()
    const own = reports.find(({ agent }) => agent === id)
    if (own !== undefined) return own.sessions.length + own.more
    return reports.filter(({ sessions }) => sessions.some(({ peer }) => peer === id)).length
  }

  #actsFor(id: AgentId): WhoisAgent['actsFor'] {
    for (const { agent, sessions } of this.#parts.reports()) {
      const told = sessions.find(({ peer, peerActsFor }) => peer === id && peerActsFor !== undefined)?.peerActsFor
      if (told === undefined || Date.parse(told.until) <= this.#parts.now()) continue
      return { agent: this.nameOf(told.agent), task: told.task, until: told.until, toldBy: this.nameOf(agent) }
    }
    return null
  }

  #place(holding: Holding): WhoisPlace {
    const { place, from, to, speakers, behindNat, where } = holding
    return {
      address: place.address,
      port: place.port ?? null,
      protocol: place.protocol ?? null,
      from: timeText(from),
      to: to === undefined ? null : timeText(to),
      proof: proofOf(speakers),
      because: this.#becauseOf(holding),
      behindNat,
      where: where ?? null,
    }
  }

  #becauseOf({ speakers, by, where }: Holding): string {
    const names = by.map((one) => this.#parts.nameOf(one) ?? one).join(', ')
    const words = {
      edge: `${where ?? names} checked who is the neighbour`,
      controller: 'the controller reached it there',
      peer: `${names} reached it there`,
      self: 'it tells of a session from there',
      operator: `vagus.yaml: device ${names}`,
      document: 'its document says so',
    }
    const order = ['edge', 'controller', 'peer', 'self', 'operator', 'document'] as const
    return order.flatMap((speaker) => (speakers.includes(speaker) ? [words[speaker]] : [])).join('; ')
  }
}

/** Agents that one answer describes; behind a translator of addresses there may be thousands. */
const maxFound = 64

interface AskedPlace {
  readonly address: string
  readonly port: number | undefined
}

/** An address, with a port or without; undefined for what is none. */
function addressIn(asked: string): AskedPlace | undefined {
  const bare = placeAddress(asked.replace(/^\[(.+)\]$/, '$1'))
  if (bare !== undefined) return { address: bare, port: undefined }
  try {
    const { address, port } = parseEndpoint(asked, 1)
    const canonical = placeAddress(address)
    return canonical === undefined ? undefined : { address: canonical, port }
  } catch (error) {
    if (error instanceof AddressError) return undefined
    throw error
  }
}
