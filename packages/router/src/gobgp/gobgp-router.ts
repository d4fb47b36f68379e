/**
 * GoBGP 3 through its gRPC: its state, and the policy. Never writes its configuration file: the operator makes the
 * policy permanent there.
 * @module
 */
import { formatAddress } from '@vagus/address'
import { readAttributes, type UpdateContext } from '@vagus/bgp'
import { RouterError } from '../errors.ts'
import type {
  CliOutput,
  Neighbour,
  PolicyChange,
  PolicyCheck,
  PolicyPlan,
  ReadCommand,
  Router,
  RouterFacts,
  RouterRoute,
} from '../router.ts'
import * as api from './api.ts'
import { GrpcClient } from './grpc.ts'
import { type DefinedSet, exportPolicy, type GobgpPolicy, importPolicy, policyOf, usualLocalPref } from './policy.ts'
import type { Fields, Message, Values } from './protobuf.ts'
import { tomlOf } from './toml.ts'

const nothing = new Uint8Array(0)
const context: UpdateContext = { peer: 'internal', asOctets: 4, families: new Set(), pathIds: new Set() }
/** GoBGP's name for the policies that hold for all neighbours. */
const globalAssignment = 'global'
const directions = [api.direction.import, api.direction.export] as const
const ourPolicy = { [api.direction.import]: importPolicy, [api.direction.export]: exportPolicy } as const

type Direction = (typeof directions)[number]
type Path = Values<typeof api.path.fields>
type Assignment = Values<typeof api.assignment.fields>
type Policies = NonNullable<Assignment['policies']>
/** Whether a change takes the agent's peer away, and with it the session. */
type PeerState = 'kept' | 'replaced'

/** What was there of ours, messages in base64; `places`: where in the list of each direction, -1 where not. */
interface Ours {
  readonly sets: readonly DefinedSet[]
  readonly policies: readonly string[]
  readonly places: readonly number[]
  readonly peer: string | undefined
}

interface SavedChange {
  readonly missing: readonly string[]
  readonly policy: GobgpPolicy
  readonly peer: PeerState
  readonly before: Ours
}

const textOfMessage = (message: Uint8Array): string => Buffer.from(message).toString('base64')
const messageOf = (text: string): Uint8Array => Buffer.from(text, 'base64')

export class GobgpRouter implements Router {
  readonly kind = 'gobgp'
  /** Its configuration is its API: no lines. */
  readonly configuration = undefined
  /** The LOCAL_PREF sent to internal peers while an agent's route is preferred; another one would change for them. */
  readonly keepsLocalPref = usualLocalPref
  readonly #client: GrpcClient

  /** `at`: ADDRESS:PORT (default 127.0.0.1:50051), or the path of a Unix socket. */
  constructor(at: string) {
    this.#client = new GrpcClient(at, api.service)
  }

  async facts(): Promise<RouterFacts> {
    const [answer] = await this.#client.call('GetBgp', nothing)
    const { asn = 0, routerId = '' } = read(api.getBgpAnswer, answer).global ?? {}
    if (asn === 0) throw new RouterError('refused', 'GoBGP has not been given an AS: "gobgp global as … router-id …"')
    return { software: 'GoBGP', as: asn, identifier: routerId }
  }

  async neighbours(): Promise<readonly Neighbour[]> {
    return (await this.#peers()).map(({ conf = {}, state = {}, transport = {} }) => {
      const address = conf.neighborAddress ?? ''
      const local = transport.localAddress ?? ''
      return {
        name: address,
        address,
        as: conf.peerAsn ?? 0,
        ...(state.routerId ? { identifier: state.routerId } : {}),
        ...(local === '' || local === '0.0.0.0' || local === '::' ? {} : { localAddress: local }),
        state: state.sessionState === api.sessionState.established ? 'established' : 'down',
      } as const
    })
  }

  async route(prefix: string): Promise<RouterRoute | undefined> {
    const best = (await this.#paths(prefix, { tableType: api.tableType.global })).find((path) => path.best === true)
    return best && routeOf(prefix, best)
  }

  /**
   * For one answer GoBGP builds everything that it announces to the neighbour: with a full table that takes seconds.
   */
  async advertised(neighbour: string, prefix: string): Promise<RouterRoute | undefined> {
    const [path] = await this.#paths(prefix, { tableType: api.tableType.adjOut, name: neighbour })
    return path && routeOf(prefix, path)
  }

  async snippet(plan: PolicyPlan): Promise<string> {
    return tomlOf(policyOf(plan))
  }

  async checkPolicy(plan: PolicyPlan): Promise<PolicyCheck> {
    const { missing, wanted, problems } = await this.#compare(policyOf(plan))
    const state = missing.length === 0 ? 'in-place' : missing.length === wanted ? 'absent' : 'incomplete'
    return { state, missing, problems }
  }

  /** `apply` first removes our parts; `revert` puts them back as they were. */
  async policyChange(plan: PolicyPlan): Promise<PolicyChange | undefined> {
    const policy = policyOf(plan)
    const { missing, problems, peer } = await this.#compare(policy)
    if (problems.length > 0) throw new RouterError('unsupported', problems.join('; '))
    if (missing.length === 0) return undefined
    return this.policyChangeOf({ missing, policy, peer, before: await this.#ours(policy) })
  }

  policyChangeOf(saved: object): PolicyChange {
    const { missing, policy, peer, before } = saved as SavedChange
    return {
      installed: missing,
      saved,
      apply: async () => {
        await this.#remove(policy, peer)
        await this.#add(policy, peer)
      },
      confirm: async () => undefined,
      revert: async () => {
        await this.#remove(policy, peer)
        await this.#restore(before, peer)
      },
    }
  }

  /** GoBGP has no command line: what its API answers, as JSON. */
  async cli({ command }: ReadCommand, { maxOctets }: { readonly maxOctets: number }): Promise<CliOutput> {
    const text = Buffer.from(`${JSON.stringify(await this.#read(command), undefined, 2)}\n`)
    return { output: text.subarray(0, maxOctets).toString(), truncated: text.length > maxOctets }
  }

  async #read(command: string): Promise<unknown> {
    if (command === 'show version') return this.facts()
    if (command === 'show neighbors') return this.neighbours()
    return (await this.route(command.replace('show route ', ''))) ?? null
  }

  close(): void {
    this.#client.close()
  }

  /** The missing parts as sentences, the number of all parts, and whether the agent is a peer as it must be. */
  async #compare({ sets, policies, peer }: GobgpPolicy): Promise<{
    readonly missing: readonly string[]
    readonly wanted: number
    readonly problems: readonly string[]
    readonly peer: PeerState
  }> {
    const [there, peers, given, ...lists] = await Promise.all([
      this.#policies(),
      this.#peers(),
      Promise.all(directions.map((direction) => this.#assignment(direction))),
      ...Object.values(api.definedType).map((type) => this.#sets(type)),
    ])
    const known = lists.flat().map(asGiven)
    const address = peer.conf?.neighborAddress
    const isPeer = peers.some(
      ({ conf, routeReflector }) => conf?.neighborAddress === address && routeReflector?.client === true,
    )
    const checks: (readonly [boolean, string])[] = [
      ...sets.map(
        (one) => [isThere(known, asGiven(one)), `the set "${one.name}" is not there, or another one`] as const,
      ),
      ...policies.map((one) => [isThere(there, one), `the policy "${one.name}" is not there, or another one`] as const),
      ...directions.map((direction, at) => {
        const isListed = indexOfOurs(given[at], direction) >= 0
        const list = direction === api.direction.import ? 'import-policy-list' : 'export-policy-list'
        return [isListed, `"${ourPolicy[direction]}" is not in the global ${list}`] as const
      }),
      [isPeer, `the agent at ${address} is no neighbour that is a client of a route reflector`],
    ]
    return {
      missing: checks.flatMap(([isDone, text]) => (isDone ? [] : [text])),
      wanted: checks.length,
      problems: directions.flatMap((direction, at) =>
        indexOfOurs(given[at], direction) >= 0 ? [] : (problemOf(given[at]?.policies ?? [], direction) ?? []),
      ),
      peer: isPeer ? 'kept' : 'replaced',
    }
  }

  /** Of ours, what there is; policies and peer as GoBGP answers, which takes that as well, and says more than we read. */
  async #ours({ sets, policies, peer }: GobgpPolicy): Promise<Ours> {
    const ofType = async (type: number): Promise<readonly DefinedSet[]> => {
      const names = new Set(sets.filter((one) => (one.type ?? 0) === type).map(({ name }) => name))
      return (await this.#sets(type)).filter(({ name }) => names.has(name))
    }
    const names = new Set(policies.map(({ name }) => name))
    const address = peer.conf?.neighborAddress
    const [there, peers, lists, ...found] = await Promise.all([
      this.#client.call('ListPolicy', nothing),
      this.#client.call('ListPeer', nothing),
      Promise.all(directions.map((direction) => this.#assignment(direction))),
      ...Object.values(api.definedType).map(ofType),
    ])
    return {
      sets: found.flat(),
      policies: there.filter((one) => names.has(read(api.namedPolicy, one).policy?.name)).map(textOfMessage),
      places: directions.map((direction, at) => indexOfOurs(lists[at], direction)),
      peer: peers
        .filter((one) => read(api.givenPeer, one).peer?.conf?.neighborAddress === address)
        .map(textOfMessage)[0],
    }
  }

  async #restore({ sets, policies, places, peer }: Ours, peerState: PeerState): Promise<void> {
    for (const one of sets) await this.#do('AddDefinedSet', api.namedSet, { definedSet: toGive(one) })
    for (const one of policies) await this.#client.call('AddPolicy', messageOf(one))
    for (const [at, direction] of directions.entries()) {
      const place = places[at]!
      if (place < 0) continue
      const now = await this.#assignment(direction)
      await this.#assign(direction, (now.policies ?? []).toSpliced(place, 0, { name: ourPolicy[direction] }), now)
    }
    if (peerState === 'replaced' && peer !== undefined) await this.#client.call('AddPeer', messageOf(peer))
  }

  async #add({ sets, policies, peer }: GobgpPolicy, peerState: PeerState): Promise<void> {
    for (const definedSet of sets) await this.#do('AddDefinedSet', api.namedSet, { definedSet })
    for (const policy of policies) await this.#do('AddPolicy', api.namedPolicy, { policy })
    for (const direction of directions) {
      const before = await this.#assignment(direction)
      const others = before.policies ?? []
      const ours = { name: ourPolicy[direction] }
      await this.#assign(direction, others.toSpliced(placeOf(others, direction), 0, ours), before)
    }
    if (peerState === 'replaced') await this.#do('AddPeer', api.givenPeer, { peer })
  }

  async #remove({ sets, policies, peer }: GobgpPolicy, peerState: PeerState): Promise<void> {
    const address = peer.conf?.neighborAddress
    const isThere = (await this.#peers()).some(({ conf }) => conf?.neighborAddress === address)
    if (peerState === 'replaced' && address !== undefined && isThere) {
      await this.#do('DeletePeer', api.deletePeer, { address })
    }
    for (const direction of directions) {
      const before = await this.#assignment(direction)
      const others = (before.policies ?? []).filter(({ name }) => name !== ourPolicy[direction])
      if (others.length !== (before.policies ?? []).length) await this.#assign(direction, others, before)
    }
    const there = new Set((await this.#policies()).map(({ name }) => name))
    for (const { name } of policies) {
      if (name === undefined || !there.has(name)) continue
      await this.#do('DeletePolicy', api.deletePolicy, { policy: { name }, all: true })
    }
    for (const { type, name } of sets) {
      const known = await this.#sets(type ?? 0)
      const found = known.find((one) => one.name === name)
      if (found !== undefined) await this.#do('DeleteDefinedSet', api.deleteSet, { definedSet: found, all: true })
    }
  }

  #assign(direction: number, policies: Assignment['policies'], { defaultAction }: Assignment): Promise<void> {
    const names = (policies ?? []).map(({ name }) => ({ name: name ?? '' }))
    const assignment = { name: globalAssignment, direction, policies: names, defaultAction: defaultAction ?? 0 }
    return this.#do('SetPolicyAssignment', api.givenAssignment, { assignment })
  }

  async #assignment(direction: number): Promise<Assignment> {
    const request = api.listAssignment.encode({ name: globalAssignment, direction })
    const [answer] = await this.#client.call('ListPolicyAssignment', request)
    return (answer && read(api.givenAssignment, answer).assignment) ?? {}
  }

  async #policies(): Promise<readonly Values<typeof api.policy.fields>[]> {
    const answers = await this.#client.call('ListPolicy', nothing)
    return answers.map((one) => read(api.namedPolicy, one).policy ?? {})
  }

  async #sets(type: number): Promise<readonly DefinedSet[]> {
    const answers = await this.#client.call('ListDefinedSet', api.listDefinedSet.encode({ type }))
    return answers.map((one) => read(api.namedSet, one).definedSet ?? {})
  }

  async #peers(): Promise<readonly Values<typeof api.peer.fields>[]> {
    const answers = await this.#client.call('ListPeer', nothing)
    return answers.map((one) => read(api.givenPeer, one).peer ?? {})
  }

  async #paths(
    prefix: string,
    table: { readonly tableType: number; readonly name?: string },
  ): Promise<readonly Path[]> {
    const family = { afi: prefix.includes(':') ? api.afi.ipv6 : api.afi.ipv4, safi: api.safi.unicast }
    const request = api.listPath.encode({ ...table, family, prefixes: [{ prefix }], onlyBinary: true })
    const answers = await this.#client.call('ListPath', request)
    return answers
      .map((one) => read(api.listPathAnswer, one).destination ?? {})
      .filter((destination) => destination.prefix === prefix)
      .flatMap(({ paths }) => paths ?? [])
  }

  async #do<F extends Fields>(method: string, message: Message<F>, values: Values<F>): Promise<void> {
    await this.#client.call(method, message.encode(values))
  }
}

/** -1: it is not in the list. */
const indexOfOurs = (assignment: Assignment | undefined, direction: Direction): number =>
  assignment?.policies?.findIndex(({ name }) => name === ourPolicy[direction]) ?? -1

/** Ours goes before the first policy that accepts, because nothing behind it would be asked; what comes in, before all. */
function placeOf(others: Policies, direction: Direction): number {
  if (direction === api.direction.import) return 0
  const accepts = others.findIndex(({ statements }) =>
    statements?.some(({ actions }) => actions?.routeAction === api.routeAction.accept),
  )
  return accepts < 0 ? others.length : accepts
}

/** The one that accepts must not set MED as well, which would take the place of ours. */
function problemOf(others: Policies, direction: Direction): string | undefined {
  const { name, statements } = others[placeOf(others, direction)] ?? {}
  if (direction === api.direction.import || !statements?.some(({ actions }) => actions?.med !== undefined))
    return undefined
  return `the policy "${name}" sets MED and accepts; it must be cut in two, so that "${exportPolicy}" can stand between`
}

function read<F extends Fields>(message: Message<F>, octets: Uint8Array | undefined): Values<F> {
  try {
    return message.decode(octets ?? nothing)
  } catch (cause) {
    throw new RouterError('refused', 'GoBGP answered with a message that its API of version 3 does not have', { cause })
  }
}

function routeOf(prefix: string, { attributes: parts = [], neighborAddress }: Path): RouterRoute {
  const octets = Buffer.concat(parts)
  const { attributes } = readAttributes(octets, 0, octets.length, context)
  const { asPath = [], largeCommunities = [], multiExitDisc, localPref } = attributes
  const nextHop = attributes.mpReach?.nextHop.subarray(0, 16) ?? attributes.nextHop
  return {
    prefix,
    nextHop: nextHop === undefined ? '' : addressText(nextHop),
    ...(neighborAddress ? { from: neighborAddress } : {}),
    ...(multiExitDisc === undefined ? {} : { med: multiExitDisc }),
    ...(localPref === undefined ? {} : { localPref }),
    asPath: asPath.flatMap(({ as }) => as),
    largeCommunities: largeCommunities.map(
      ({ globalAdministrator, localData1, localData2 }) => `${globalAdministrator}:${localData1}:${localData2}`,
    ),
  }
}

/** Of 4 or 16 octets. */
function addressText(octets: Uint8Array): string {
  if (octets.length === 16) return formatAddress(octets)
  const mapped = new Uint8Array(16)
  mapped.set([255, 255, ...octets], 10)
  return formatAddress(mapped)
}

/** GoBGP shows a community that it was given alone as an expression, and one that it was given so without its anchors. */
const toGive = (set: DefinedSet): DefinedSet => ({
  ...set,
  list: (set.list ?? []).map((one) => {
    if (set.type !== api.definedType.largeCommunity) return one
    return /^\^([0-9:]+)\$$/.exec(one)?.[1] ?? (/^[0-9:]+$/.test(one) ? `^${one}$` : one)
  }),
})

/**
 * GoBGP makes an expression of a community without metacharacters, and shows that; its neighbours, from which the sets
 * of neighbours are made, come in another order each time.
 */
const asGiven = (set: DefinedSet): DefinedSet => ({
  ...set,
  list: (set.list ?? [])
    .map((one) => (set.type === api.definedType.largeCommunity ? (/^\^([0-9:]+)\$$/.exec(one)?.[1] ?? one) : one))
    .sort(),
})

const isThere = (all: readonly { readonly name?: string }[], wanted: { readonly name?: string }): boolean =>
  textOf(all.find(({ name }) => name === wanted.name)) === textOf(wanted)

/** Equal for values that are equal on the wire: without defaults, names in order. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (one === 0 || one === '' || one === false || (Array.isArray(one) && one.length === 0)) return undefined
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return one
    return Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
