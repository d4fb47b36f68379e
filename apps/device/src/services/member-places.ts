/**
 * Where the members of a fleet are, and which service their packets may have: by the roster of the owner and the addresses
 * that members publish, both signed and verified here; the controller only passes them on. An address is its agent's own
 * claim: it gives what is sent from there no more than this agent may have.
 * @module
 */
import { scopeOf } from '@vagus/address'
import {
  acceptRoster,
  liveLocators,
  type Member,
  type Roster,
  rolesAt,
  verifyDocument,
  verifyRoster,
  verifyRosterWhenIssued,
} from '@vagus/identity'
import type { MarkedMember } from '@vagus/linux'
import { controllerList, type ControllerList, controllerRosters, type ControllerRosters } from '@vagus/lookup'
import { mostService, type ServiceName } from '@vagus/qos'
import { identityCrypto } from '@vagus/transport'
import type { RosterStore } from './roster-store.ts'
import type { ServiceOptions } from './service-options.ts'

/** Addresses of one member that count; further ones get best effort. */
const mostOfMember = 16
/** Of all members: what a router looks through without harm. Members come in the order of the roster. */
const mostAddresses = 16_384
/** Documents that are asked for at the same time. */
const atOnce = 8
/** Of documents of one round that cannot be had, how many are told. */
const mostTold = 3

export interface MembersSeen {
  readonly members: readonly MarkedMember[]
  /** Epoch of the roster; `undefined`: there is none that holds. */
  readonly epoch: number | undefined
  /** Why something is missing; empty: nothing is. */
  readonly problems: readonly string[]
}

export interface MemberSources {
  readonly list: Pick<ControllerList, 'find'>
  readonly rosters: ControllerRosters
}

const sourcesAt = (api: string): MemberSources => ({ list: controllerList(api), rosters: controllerRosters(api) })

export class MemberPlaces {
  readonly #options: ServiceOptions
  readonly #list: MemberSources['list']
  readonly #rosters: MemberSources['rosters']
  readonly #store: Pick<RosterStore, 'read' | 'write'>
  #roster: Roster | undefined
  /** Last addresses of each: a controller that is away for a while takes nobody's service away. */
  readonly #known = new Map<string, readonly string[]>()

  /** @param sources that of `options`, but for tests */
  constructor(
    options: ServiceOptions,
    store: Pick<RosterStore, 'read' | 'write'>,
    sources: MemberSources = sourcesAt(options.api),
  ) {
    this.#options = options
    this.#store = store
    this.#list = sources.list
    this.#rosters = sources.rosters
  }

  /** @param now milliseconds since 1970 */
  async look(now: number, signal: AbortSignal): Promise<MembersSeen> {
    const problems: string[] = []
    this.#roster ??= this.#kept()
    await this.#renew(now, signal).catch((error: unknown) => problems.push((error as Error).message))
    const roster = this.#roster
    if (roster === undefined)
      return { members: [], epoch: undefined, problems: [...problems, 'there is no roster yet'] }
    if (now >= roster.expiresAt) return { members: [], epoch: undefined, problems: [...problems, 'the roster expired'] }
    const active = roster.members.filter(({ quarantine }) => quarantine === undefined)
    for (const id of this.#known.keys()) if (!active.some((member) => member.id === id)) this.#known.delete(id)
    const failed: string[] = []
    for (let at = 0; at < active.length; at += atOnce) {
      await Promise.all(
        active.slice(at, at + atOnce).map(async ({ id, name }) => {
          try {
            const addresses = await this.#addressesOf(id, now, signal)
            if (addresses !== undefined) this.#known.set(id, addresses)
          } catch (error) {
            failed.push(`${name}: ${(error as Error).message}`)
          }
        }),
      )
    }
    return {
      members: active.flatMap((member) => this.#marked(member, now)).slice(0, mostAddresses),
      epoch: roster.epoch,
      problems: [...problems, ...failed.slice(0, mostTold)],
    }
  }

  /** Of an active member, the most that its packets may have; `undefined`: it is none. */
  serviceOf(id: string, now: number): ServiceName | undefined {
    const member = this.#roster?.members.find((one) => one.id === id)
    if (member === undefined || member.quarantine !== undefined || now >= this.#roster!.expiresAt) return undefined
    return mostService(this.#roster!.services ?? [], rolesAt(member, now))
  }

  async #renew(now: number, signal: AbortSignal): Promise<void> {
    const jws = await this.#rosters.newer(this.#options.owner, {
      after: this.#roster?.epoch,
      rotations: this.#roster && this.#roster.keyLog.length - 1,
      waitSeconds: 0,
      signal,
    })
    if (jws === undefined) return
    const read = verifyRoster(jws, now, identityCrypto)
    if (read.type === 'refused') throw new Error(`its roster is not believed: ${read.because.problem}`)
    if (read.roster.owner !== this.#options.owner)
      throw new Error(`its roster is of ${read.roster.owner}, not of ${this.#options.owner}`)
    const accepted = acceptRoster(this.#roster, read.roster)
    if (accepted.type !== 'accepted') return
    this.#store.write(accepted.roster.jws)
    this.#roster = accepted.roster
  }

  /** That of the last run of this agent; it counts while it has not expired, and none before it counts at all. */
  #kept(): Roster | undefined {
    const jws = this.#store.read()
    const read = jws === undefined ? undefined : verifyRosterWhenIssued(jws, identityCrypto)
    return read?.type === 'verified' && read.roster.owner === this.#options.owner ? read.roster : undefined
  }

  async #addressesOf(id: string, now: number, signal: AbortSignal): Promise<readonly string[] | undefined> {
    const [found] = await this.#list.find(id, { signal })
    if (found === undefined) return undefined
    const read = verifyDocument(found.document, now, identityCrypto)
    if (read.type === 'refused') throw new Error(read.because.problem)
    if (read.identity.id !== id) throw new Error('the controller has another agent under its id')
    const uris = liveLocators(read.identity.locators, now).flatMap(({ addresses }) => addresses)
    return [...new Set(uris.flatMap(addressOf))].slice(0, mostOfMember)
  }

  #marked({ id }: Member, now: number): readonly MarkedMember[] {
    const service = this.serviceOf(id, now)
    return service === undefined ? [] : (this.#known.get(id) ?? []).map((address) => ({ address, service }))
  }
}

/** The address of a URI of its own sockets; none of a relay, a name or of this host alone. */
export function addressOf(uri: string): readonly string[] {
  const url = URL.parse(uri)
  if (url === null || !['udp:', 'tcp:', 'ws:'].includes(url.protocol)) return []
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return host.startsWith('::ffff:') || scopeOf(host) === 'nowhere' ? [] : [host]
}
