/**
 * What the operator wants: takes signed sets, says how each intent stands and what shows it, and what devices make of it.
 * @module
 */
import { apiVersion } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import type { IntentItem, IntentList, IntentResource } from '@vagus/api/intent'
import type { IntentPlaces } from '@vagus/api/intent-places'
import type { AgentId } from '@vagus/identity'
import { conflictsOf, type Intent, type IntentSet, ordersOf, type Standing, standingText } from '@vagus/intent'
import type { EventDraft } from '../events/event-draft.ts'
import { FloodGuard } from '../events/flood-guard.ts'
import type { Intents } from '../http/backend.ts'
import { ProblemError, problemOf } from '../http/problem.ts'
import { readable } from '../negotiation/readable.ts'
import { intentResource } from '../resources/intents.ts'
import { timeText } from '../resources/windows.ts'
import { VainWork } from '../rosters/vain-work.ts'
import { type Assessed, assessed, type AssuranceFacts, type Entry } from './assurance.ts'
import type { ConnectKeeper } from './connect-keeper.ts'
import type { AskedDevice, DeviceStatus, DeviceStatuses } from './device-statuses.ts'
import type { IntentBook, IntentPublication } from './intent-book.ts'
import { changesText } from './intent-changes.ts'
import type { IntentStands } from './intent-stands.ts'
import { LoadFigures, type MeasuredLink } from './load-figures.ts'

export interface IntentDeskParts {
  readonly book: IntentBook
  /** Whose intents are obeyed, by the configuration of the moment; undefined: nobody's. */
  readonly owner: () => AgentId | undefined
  readonly ownerName: (id: AgentId) => string | undefined
  readonly places: (owner: AgentId) => IntentPlaces
  readonly rolesOf: (device: string) => readonly string[] | undefined
  readonly devices: () => readonly AskedDevice[]
  readonly statuses: DeviceStatuses
  readonly links: () => readonly MeasuredLink[]
  readonly entries: (prefix: string) => readonly Entry[]
  /** Undefined where the configuration has no `lines`. */
  readonly connects: ConnectKeeper | undefined
  readonly stands: IntentStands
  /** There is a newer set: others are told. */
  readonly changed: () => void
  readonly tell: (draft: EventDraft) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Links are looked at so often, milliseconds. */
const lookEvery = 5000
/** Milliseconds for which devices that have not got a new set are waited for. */
const spreadMs = 15_000
/** Events of one name within a minute: a load about its limit makes many. */
const eventsPerMinute = 20

export class IntentDesk implements Intents {
  readonly #parts: IntentDeskParts
  readonly #loads = new LoadFigures()
  readonly #vain = new VainWork()
  readonly #flood = new FloodGuard(eventsPerMinute)
  #lookedAt = -Infinity
  #takenAt = -Infinity

  constructor(parts: IntentDeskParts) {
    this.#parts = parts
  }

  list(): IntentList {
    const { now } = this.#parts
    const { owner, set, standing } = this.#inForce()
    const facts = set && this.#facts(set)
    const items = set?.intents.map((intent) => this.#item(intent, set, facts!)) ?? []
    return {
      apiVersion,
      kind: 'IntentList',
      now: timeText(now()),
      ...headOf(owner, set, standing),
      items: items.sort((one, other) => (one.name < other.name ? -1 : 1)),
      devices: this.#statuses(owner).map(({ device, status, at }) => ({
        device,
        epoch: status.epoch,
        standing: status.standing,
        at: timeText(at),
      })),
    }
  }

  find(name: string): IntentResource | undefined {
    const { owner, set, standing } = this.#inForce()
    const intent = set?.intents.find((one) => one.name === name)
    if (set === undefined || intent === undefined) return undefined
    return { apiVersion, kind: 'Intent', ...headOf(owner, set, standing), ...this.#item(intent, set, this.#facts(set)) }
  }

  signed(): string | undefined {
    return this.#inForce().set?.jws
  }

  places(): IntentPlaces {
    return this.#parts.places(this.#owner())
  }

  publish(jws: string, source: string): ReturnType<Intents['publish']> {
    const owner = this.#owner()
    const at = this.#parts.now()
    const milliseconds = this.#vain.waitOf(source, at)
    if (milliseconds > 0) return { type: 'tiresome', milliseconds }
    const published = this.take(owner, jws)
    if (published.type === 'refused') this.#vain.add(source, at)
    return 'set' in published ? { type: published.type, list: this.list() } : published
  }

  /** Also from a device that has a newer one. @throws when the disk does not take it */
  take(owner: AgentId, jws: string): IntentPublication {
    const { book, now, statuses, changed, ownerName, tell } = this.#parts
    const published = book.publish(owner, jws, now())
    if (!('set' in published) || published.type === 'unchanged') return published
    const { set, before } = published
    const name = ownerName(owner) ?? shortId(owner)
    tell({
      event: 'intent.published',
      subject: name,
      fields: { owner: name, epoch: set.epoch, changes: changesText(before?.intents ?? [], set.intents) },
      by: { kind: 'agent', id: owner, name },
    })
    this.#takenAt = now()
    statuses.changed()
    changed()
    this.#assess(now())
    return published
  }

  /** Looks at links, asks devices, keeps lines, tells what has changed; to be called once a second. */
  step(): void {
    const { owner, now, statuses, links, rolesOf, connects } = this.#parts
    if (owner() === undefined) return
    const at = now()
    const { set, standing } = this.#inForce()
    statuses.step()
    if (set !== undefined && !(at - this.#lookedAt >= 0 && at - this.#lookedAt < lookEvery)) {
      this.#lookedAt = at
      this.#loads.step(set, links(), rolesOf, at)
    }
    if (set !== undefined && standing === 'holds' && this.#hasSpread(set, at)) connects?.step(set.intents)
    this.#assess(at)
  }

  /** Whose set is obeyed, and which it is; undefined where nobody's are. */
  get obeyed():
    | { readonly epoch: number; readonly expiresAt: number | undefined; readonly devices: number }
    | undefined {
    if (this.#parts.owner() === undefined) return undefined
    const { owner, set } = this.#inForce()
    const devices = this.#statuses(owner).filter(({ status }) => status.epoch === set?.epoch).length
    return { epoch: set?.epoch ?? 0, expiresAt: set?.expiresAt, devices }
  }

  /** How each stands now, for /metrics and the status. */
  get states(): readonly { readonly intent: Intent; readonly stand: Assessed }[] {
    const { set } = this.#parts.owner() === undefined ? { set: undefined } : this.#inForce()
    const facts = set && this.#facts(set)
    return set?.intents.map((intent) => ({ intent, stand: assessed(intent, facts!) })) ?? []
  }

  /** Whether devices know of it: one that does not yet refuses what the set wants. */
  #hasSpread({ owner, epoch }: IntentSet, now: number): boolean {
    const isNew = now - this.#takenAt >= 0 && now - this.#takenAt < spreadMs
    return !isNew || this.#statuses(owner).every(({ status }) => status.epoch >= epoch)
  }

  #assess(now: number): void {
    const { stands, tell } = this.#parts
    const all = new Map(this.states.map(({ intent, stand }) => [intent.name, stand]))
    this.#flood.step(stands.take(all, now), now).forEach(tell)
  }

  #item(intent: Intent, set: IntentSet, facts: AssuranceFacts): IntentItem {
    const { state, evidence } = assessed(intent, facts)
    const since = this.#parts.stands.of(intent.name)?.since ?? this.#parts.now()
    const reports = this.#reports(set, intent.name).map((one) => ({ ...one, since: timeText(one.since) }))
    return { ...intentResource(intent), state, since: timeText(since), evidence, reports }
  }

  #facts(set: IntentSet): AssuranceFacts {
    const { entries, connects, now } = this.#parts
    const { standing, expiresAt } = ordersOf(set, nobody, now())
    return {
      standing: standing === 'holds' ? undefined : standingText({ standing, expiresAt }),
      conflicts: presentConflicts(set, now()),
      loadOf: (name) => this.#loads.of(name),
      entries,
      lineOf: (intent) => connects?.standOf(intent),
      reports: (name) => this.#reports(set, name),
      now: now(),
    }
  }

  /** Of devices that have this very set. */
  #reports(set: IntentSet, name: string) {
    return this.#statuses(set.owner).flatMap(({ device, status }) => {
      if (status.epoch !== set.epoch || Buffer.from(status.hash).toString('base64url') !== set.hash) return []
      return status.reports
        .filter((one) => one.name === name)
        .map(({ state, since, evidence }) => ({ device, state, since, evidence: evidence && readable(evidence) }))
    })
  }

  #statuses(owner: AgentId): readonly (DeviceStatus & { readonly device: string })[] {
    const { devices, statuses } = this.#parts
    return devices()
      .flatMap((one) => {
        const found = statuses.of(one)
        return found === undefined || found.status.owner !== owner ? [] : [{ ...found, device: one.name }]
      })
      .sort((one, other) => (one.device < other.device ? -1 : 1))
  }

  #inForce(): { readonly owner: AgentId; readonly set: IntentSet | undefined; readonly standing: Standing } {
    const owner = this.#owner()
    const set = this.#parts.book.newest(owner)
    return { owner, set, standing: ordersOf(set, nobody, this.#parts.now()).standing }
  }

  /** @throws {ProblemError} 404 where nobody's intents are obeyed */
  #owner(): AgentId {
    const owner = this.#parts.owner()
    if (owner !== undefined) return owner
    const fix = '"intents: { owner: did:key:z6Mk… }" in vagus.yaml says whose, and kill -HUP has it read'
    throw new ProblemError(problemOf(404, `this controller obeys nobody’s intents; ${fix}`))
  }
}

/** Without since when: that is now, at each look. */
const presentConflicts = (set: IntentSet, now: number): AssuranceFacts['conflicts'] =>
  conflictsOf(set, now)
    .filter(({ from }) => from <= now)
    .map((one) => ({ ...one, because: one.because.replace(/, from \S+ on$/, '') }))

/** Whether a set holds is the same for all devices. */
const nobody = { name: '', roles: [] } as const

const headOf = (owner: AgentId, set: IntentSet | undefined, standing: Standing) => ({
  owner,
  epoch: set?.epoch ?? 0,
  hash: set?.hash ?? null,
  issuedAt: set === undefined ? null : timeText(set.issuedAt),
  expiresAt: set === undefined ? null : timeText(set.expiresAt),
  standing,
})
