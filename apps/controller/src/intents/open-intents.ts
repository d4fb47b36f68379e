/** Joins intents to the controller: what they mean is known from the start, who is told of them once its agent is there. @module */
import { type AgentId, isAgentId, rolesAt } from '@vagus/identity'
import { type IntentHolder, IntentSpread } from '@vagus/asa'
import type { LineNetwork } from '@vagus/line'
import type { ControlStore } from '@vagus/store'
import { identityCrypto } from '@vagus/transport'
import type { DomainState } from '../domain-state.ts'
import type { EventDraft } from '../events/event-draft.ts'
import type { LineBook } from '../lines/line-book.ts'
import type { LineDesk } from '../lines/line-desk.ts'
import type { OwnAgent } from '../own-agent/own-agent.ts'
import type { RosterDesk } from '../rosters/roster-desk.ts'
import type { LeaseBook } from '../steering/approval/lease-book.ts'
import type { BorderWatch } from '../steering/border-watch.ts'
import { ConnectKeeper } from './connect-keeper.ts'
import { type AskedDevice, DeviceStatuses } from './device-statuses.ts'
import { IntentBook } from './intent-book.ts'
import { IntentDesk } from './intent-desk.ts'
import { intentKeeper, standKeeper } from './intent-keeper.ts'
import { IntentOrders } from './intent-orders.ts'
import { configuredPlaces, intentPlacesOf } from './intent-places.ts'
import { IntentStands } from './intent-stands.ts'
import { openNetwork, type OpenNetwork } from './line-intents.ts'
import type { MeasuredLink } from './load-figures.ts'
import { entriesAfterSteps } from './entries.ts'
import { SteeringIntents } from './steering-intents.ts'

interface OpenIntents {
  readonly control: ControlStore
  readonly state: DomainState
  readonly rosters: RosterDesk
  readonly book: LeaseBook
}

/** What intents mean now, for everything that changes the network. */
export interface KnownIntents {
  readonly book: IntentBook
  /** By the configuration of the moment; undefined: nobody's intents are obeyed. */
  readonly owner: () => AgentId | undefined
  readonly rolesOf: (device: string) => readonly string[] | undefined
  readonly steering: SteeringIntents
  readonly open: (network: LineNetwork, at: number) => OpenNetwork
}

const hourMs = 3_600_000

export function openIntents({ control, state, rosters, book: leases }: OpenIntents): KnownIntents {
  const book = new IntentBook(intentKeeper(control, Date.now), identityCrypto)
  const owner = (): AgentId | undefined => {
    const { intents, access } = state.config
    const named = access.owners.find(({ name }) => name === intents?.owner)?.id ?? intents?.owner
    return named !== undefined && isAgentId(named) ? named : undefined
  }
  const rolesOf = (device: string): readonly string[] | undefined => {
    const [whose, id] = [owner(), state.config.devices.find(({ name }) => name === device)?.id]
    const members = whose === undefined ? undefined : rosters.membersOf(whose)
    if (members === undefined) return undefined
    const member = members.find((one) => one.id === id)
    return member === undefined ? [] : rolesAt(member, Date.now())
  }
  const set = () => {
    const whose = owner()
    return whose === undefined ? undefined : book.newest(whose)
  }
  const orders = new IntentOrders({ isObeyed: () => owner() !== undefined, set, rolesOf, now: Date.now })
  const movesLastHour = (device: string): number =>
    leases.leases.filter((one) => one.device === device && Date.now() - one.setAt < hourMs).length
  return {
    book,
    owner,
    rolesOf,
    steering: new SteeringIntents({ orders, movesLastHour }),
    open: (network, at) => openNetwork(orders, network, at),
  }
}

interface StartIntents {
  readonly known: KnownIntents
  readonly control: ControlStore
  readonly state: DomainState
  readonly rosters: RosterDesk
  /** Undefined where the configuration has no `agent`. */
  readonly own: OwnAgent | undefined
  readonly watches: () => readonly BorderWatch[]
  /** Undefined where the configuration has no `lines`. */
  readonly lines: LineDesk | undefined
  readonly lineBook: LineBook
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** A desk that makes a step once a second, until it is stopped. */
export function startIntents(options: StartIntents): { readonly desk: IntentDesk; stop(): void } {
  const { known, control, state, rosters, own, watches, lines, lineBook, tell, report } = options
  const devices = (): readonly AskedDevice[] =>
    state.config.devices.flatMap(({ name, id }) => (id === undefined ? [] : [{ name, id }]))
  const statuses = new DeviceStatuses({
    asa: () => own?.intents.asa,
    connectedSince: (id) => own?.intents.connectedSince(id),
    devices,
    set: () => {
      const owner = known.owner()
      const set = owner === undefined ? undefined : known.book.newest(owner)
      return set && { owner: set.owner, epoch: set.epoch }
    },
    now: Date.now,
  })
  let spread: { readonly owner: AgentId; readonly of: IntentSpread } | undefined
  const desk = new IntentDesk({
    book: known.book,
    owner: known.owner,
    ownerName: (id) => rosters.find(id)?.name ?? state.config.access.owners.find((one) => one.id === id)?.name,
    places: (owner) => intentPlacesOf(state.config, owner),
    rolesOf: known.rolesOf,
    devices,
    statuses,
    links: () => measuredLinks(state, Date.now()),
    entries: entriesAfterSteps(watches),
    connects: lines && new ConnectKeeper({ lines, book: lineBook, now: Date.now }),
    stands: new IntentStands(standKeeper(control, Date.now), report),
    changed: () => spread?.of.changed(),
    tell,
    now: Date.now,
  })
  /** The owner may be another one after a reload. */
  const keepSpread = (): void => {
    const owner = known.owner()
    if (own === undefined || spread?.owner === owner) return
    spread?.of.close()
    spread = undefined
    if (owner === undefined) return
    const { grasp, node } = own.intents
    spread = { owner, of: new IntentSpread({ grasp, node, holder: holderOf(owner, known.book, desk, report) }) }
  }
  const clock = setInterval(() => {
    try {
      keepSpread()
      desk.step()
    } catch (error) {
      report(`intents: ${String(error)}`)
    }
  }, 1000)
  return {
    desk,
    stop() {
      clearInterval(clock)
      spread?.of.close()
    },
  }
}

function holderOf(owner: AgentId, book: IntentBook, desk: IntentDesk, report: (line: string) => void): IntentHolder {
  return {
    owner,
    newest() {
      const set = book.newest(owner)
      if (set === undefined) return undefined
      const { epoch, keyLog, hash, jws: document } = set
      return { epoch, rotations: keyLog.length - 1, hash: new Uint8Array(Buffer.from(hash, 'base64url')), document }
    },
    take(document, from) {
      try {
        const { type } = desk.take(owner, document)
        return type === 'added' || type === 'renewed' ? 'newer' : type === 'unchanged' ? 'known' : 'refused'
      } catch (error) {
        report(`intents of ${from} could not be written down: ${String(error)}`)
        return 'known'
      }
    },
  }
}

function measuredLinks({ config, measurements }: DomainState, now: number): readonly MeasuredLink[] {
  const { links } = configuredPlaces(config)
  return config.links.flatMap(({ name, capacity }) => {
    const ends = links[name]
    if (ends === undefined) return []
    const { aToZ, zToA } = measurements.linkRate(name, now)
    const rate = aToZ === null && zToA === null ? null : Math.max(aToZ ?? 0, zToA ?? 0)
    return [{ name, ends, share: rate === null ? null : rate / capacity }]
  })
}
