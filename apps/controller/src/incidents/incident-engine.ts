/**
 * Makes incidents of events: one for a cause, with what follows from it as its updates, so that a storm of symptoms is one
 * message. It is told in steps:
 *
 *   held ─(2 s: what belongs together comes together)─▶ raised ─▶ updated … ─(quiet for 10 s)─▶ cleared
 *     └──(over before)──▶ never told
 *
 * Pure: the same events in the same order, also partly given twice, are the same incidents.
 * @module
 */
import type { Event } from '@vagus/api'
import { priorities } from '../a2a/task.ts'
import {
  begunIncident,
  type Incident,
  isOpen,
  isTold,
  kindOf,
  maxRelated,
  maxServices,
  nameOf,
  type Signal,
} from './incident.ts'
import { type Reading, readingOf } from './reading.ts'

/** Milliseconds. */
export const pace = {
  /** What comes so soon after the first is told with it. */
  hold: 2000,
  /** What begins again within it has never ended. */
  settle: 10_000,
  /** Between two updates of one. */
  update: 2000,
  /** After a start of the controller, monitors have so long to tell again what still holds. */
  confirm: 120_000,
} as const
/** Incidents that are not over; what is beyond is counted in one of them. */
export const maxOpen = 128
/** That are over and still known. */
export const maxCleared = 128
/** Told in one step; the others with the next, so that a storm is no storm of messages. */
export const maxTold = 32
/** Conditions that one remembers; beyond it they count as events only. */
const maxSignals = 256

/** What is connected with what. */
export interface Topology {
  linksOf(device: string): readonly string[]
  endsOf(link: string): readonly string[]
}

export interface IncidentState {
  /** In the order in which they began. */
  readonly incidents: readonly Incident[]
  /** Of the last event that was taken. */
  readonly lastEvent: number
  readonly lastRevision: number
}

export const noIncidents: IncidentState = { incidents: [], lastEvent: 0, lastRevision: 0 }

type TakenEvent = Pick<Event, 'id' | 'at' | 'event' | 'fields'>
type Begins = Extract<Reading, { readonly type: 'begins' }>

const overflow = 'overflow:'

export class IncidentEngine {
  #incidents: Incident[]
  #lastEvent: number
  #lastRevision: number
  readonly #topology: Topology

  constructor(state: IncidentState, topology: Topology) {
    this.#incidents = [...state.incidents]
    this.#lastEvent = state.lastEvent
    this.#lastRevision = state.lastRevision
    this.#topology = topology
  }

  get state(): IncidentState {
    return { incidents: [...this.#incidents], lastEvent: this.#lastEvent, lastRevision: this.#lastRevision }
  }

  /** Events in the order of their ids; one that was taken before changes nothing. */
  take(event: TakenEvent): void {
    if (event.id <= this.#lastEvent) return
    this.#lastEvent = event.id
    const reading = readingOf(event)
    if (reading?.type === 'restarted') this.#doubt(Date.parse(event.at))
    else if (reading?.type === 'ends') this.#end(reading, event)
    else if (reading !== undefined) this.#begin(reading, event)
  }

  /** Tells what is due, to be called about once a second. @returns those of which something new is told */
  step(now: number): readonly Incident[] {
    this.#incidents = this.#incidents.map((one) => (isOpen(one) ? quieted(one, now) : one))
    this.#incidents = this.#incidents.filter(
      ({ heldUntil, quietSince }) => heldUntil === null || quietSince === null || heldUntil > now,
    )
    const told: Incident[] = []
    this.#incidents = this.#incidents.map((one) => {
      const after = told.length < maxTold ? this.#due(one, now) : one
      if (after !== one) told.push(after)
      return after
    })
    this.#forget()
    return told
  }

  #due(one: Incident, now: number): Incident {
    if (one.cleared) return one
    if (one.heldUntil !== null) return one.heldUntil > now ? one : this.#told({ ...one, heldUntil: null }, now)
    if (one.quietSince !== null && now - one.quietSince >= pace.settle)
      return this.#told({ ...one, cleared: true, updated: one.quietSince }, now)
    return one.isDirty && Math.abs(now - one.toldAt) >= pace.update ? this.#told(one, now) : one
  }

  #told(one: Incident, now: number): Incident {
    return { ...one, isDirty: false, toldAt: now, tellings: one.tellings + 1, revision: ++this.#lastRevision }
  }

  #begin(reading: Begins, event: TakenEvent): void {
    const at = Date.parse(event.at)
    const { causes, signal, lasts, priority, text, service, behind = [] } = reading
    const signals = [{ name: signal, until: lasts === undefined ? null : at + lasts }]
    const own =
      this.#open.find((one) => one.signals.some(({ name }) => name === signal)) ??
      this.#open.find((one) => causes.some((cause) => one.causes.includes(cause)))
    if (own !== undefined) {
      const isKnown = own.signals.some(({ name }) => name === signal)
      const left = own.causes.filter((cause) => causes.includes(cause))
      // Of several that it could be, those that explain all of it are left.
      const narrowed = kindOf(causes[0]!) === 'session' && left.length > 0 ? { causes: left } : {}
      const worse = rank(priority) > rank(own.priority) ? { priority, text, probable: event.id } : {}
      const change = { ...narrowed, ...worse, isDirty: own.isDirty || !isKnown || own.quietSince !== null }
      this.#replace(own, joined({ ...own, ...change }, { event, at, signals, service }))
      return
    }
    const cause = this.#behind(causes[0]!, behind)
    if (cause !== undefined) {
      this.#replace(cause, joined({ ...cause, isDirty: true }, { event, at, signals, service }))
      return
    }
    if (this.#open.length >= maxOpen) return this.#overflow(event, at)
    const begun = { id: event.id, at, causes, signals, priority, text, service }
    this.#incidents.push(begunIncident({ ...begun, heldUntil: at + pace.hold }))
    if (kindOf(causes[0]!) === 'link') for (const end of this.#topology.endsOf(nameOf(causes[0]!))) this.#mergeAt(end)
    if (kindOf(causes[0]!) === 'exporter') this.#mergeExporters()
  }

  /** One that is open and that the condition follows from. */
  #behind(cause: string, behind: readonly string[]): Incident | undefined {
    const name = nameOf(cause)
    const above = [...behind]
    if (kindOf(cause) === 'link') above.push(...this.#topology.endsOf(name).map((device) => `device:${device}`))
    if (kindOf(cause) === 'exporter') {
      above.push('exporters:')
      // Its only way is down.
      const links = this.#topology.linksOf(name)
      if (links.length > 0 && links.every((link) => this.#isDown(link)))
        above.push(...links.map((link) => `link:${link}`))
    }
    return this.#open.find((one) => one.causes.some((known) => above.includes(known)))
  }

  /** A device of which every link is down is itself what is wrong. */
  #mergeAt(device: string): void {
    const links = this.#topology.linksOf(device)
    if (links.length < 2 || !links.every((link) => this.#isDown(link))) return
    const parts = [...links.map((link) => `link:${link}`), `exporter:${device}`]
    this.#merge(parts, {
      causes: [`device:${device}`],
      text: `${device} is cut off: all of its ${links.length} links are down`,
      priority: 'critical',
    })
  }

  /** Several at once have one cause: the way to the collector, or the collector. */
  #mergeExporters(): void {
    const held = this.#open.filter((one) => !isTold(one) && kindOf(one.causes[0]!) === 'exporter')
    if (held.length < 3) return
    const causes = ['exporters:', ...held.flatMap((one) => one.causes)]
    const text = `Several exporters fell silent at once: their traffic is not seen`
    this.#merge(causes, { causes, text, priority: 'high' })
  }

  #merge(causes: readonly string[], change: Pick<Incident, 'causes' | 'text' | 'priority'>): void {
    const parts = this.#open.filter((one) => one.causes.some((cause) => causes.includes(cause)))
    const main = parts.find(isTold) ?? parts[0]
    if (main === undefined) return
    const others = parts.filter((one) => one !== main)
    const all = [main, ...others]
    const related = [...new Set(all.flatMap((one) => one.related))].toSorted((one, other) => one - other)
    this.#replace(main, {
      ...main,
      ...change,
      causes: [...new Set([...change.causes, ...all.flatMap((one) => one.causes)])],
      signals: all.flatMap(({ signals }) => signals).slice(0, maxSignals),
      services: [...new Set(all.flatMap(({ services }) => services))].slice(0, maxServices),
      related: related.slice(-maxRelated),
      count: all.reduce((sum, { count }) => sum + count, 0),
      quietSince: null,
      isDirty: isTold(main),
    })
    for (const one of others) {
      if (!isTold(one)) this.#incidents.splice(this.#incidents.indexOf(one), 1)
      else
        this.#replace(one, {
          ...one,
          signals: [],
          quietSince: one.updated,
          text: `${one.text}; it is part of ${main.id}`,
        })
    }
  }

  #end({ signals, service, behind = [] }: Extract<Reading, { readonly type: 'ends' }>, event: TakenEvent): void {
    const at = Date.parse(event.at)
    for (const one of this.#open.filter((open) => open.signals.some(({ name }) => signals.includes(name)))) {
      const left = one.signals.filter(({ name }) => !signals.includes(name))
      const quietSince = left.length === 0 ? at : null
      const isDirty = one.isDirty || left.length > 0
      this.#replace(one, joined({ ...one, signals: left, quietSince, isDirty }, { event, at, signals: [], service }))
    }
    const cause = this.#open.find((one) => one.causes.some((known) => behind.includes(known)))
    if (cause !== undefined && !cause.related.includes(event.id))
      this.#replace(cause, joined({ ...cause, isDirty: true }, { event, at, signals: [], service }))
  }

  /** What monitors knew is not known any more, until they tell it again. */
  #doubt(at: number): void {
    this.#incidents = this.#incidents.map((one) =>
      isOpen(one)
        ? { ...one, signals: one.signals.map((signal) => ({ ...signal, until: signal.until ?? at + pace.confirm })) }
        : one,
    )
  }

  #overflow(event: TakenEvent, at: number): void {
    const known = this.#incidents.find((one) => isOpen(one) && one.causes.includes(overflow))
    const signals = [{ name: 'overflow', until: at + pace.confirm }]
    if (known !== undefined) {
      const text = `${known.count} more events are of causes that are not told one by one: vagus events`
      this.#replace(known, joined({ ...known, text, isDirty: true }, { event, at, signals, service: undefined }))
      return
    }
    const text = `More than ${maxOpen} incidents are open; further causes are not told one by one: vagus events`
    const begun = {
      id: event.id,
      at,
      causes: [overflow],
      signals,
      priority: 'critical',
      text,
      service: undefined,
    } as const
    this.#incidents.push(begunIncident({ ...begun, heldUntil: at }))
  }

  #isDown(link: string): boolean {
    return this.#open.some((one) => one.signals.some(({ name }) => name === `down ${link}`))
  }

  get #open(): readonly Incident[] {
    return this.#incidents.filter((one) => isOpen(one) && !one.causes.includes(overflow))
  }

  #replace(one: Incident, other: Incident): void {
    this.#incidents[this.#incidents.indexOf(one)] = other
  }

  #forget(): void {
    const cleared = this.#incidents.filter(({ cleared: is }) => is)
    const gone = new Set(cleared.slice(0, Math.max(0, cleared.length - maxCleared)))
    if (gone.size > 0) this.#incidents = this.#incidents.filter((one) => !gone.has(one))
  }
}

const rank = (priority: Incident['priority']): number => priorities.indexOf(priority)

/** With a further event. */
function joined(
  one: Incident,
  {
    event,
    at,
    signals,
    service,
  }: {
    readonly event: TakenEvent
    readonly at: number
    readonly signals: readonly Signal[]
    readonly service: string | undefined
  },
): Incident {
  const others = one.signals.filter(({ name }) => !signals.some((signal) => signal.name === name))
  const services = service === undefined || one.services.includes(service) ? one.services : [...one.services, service]
  return {
    ...one,
    signals: [...others, ...signals].slice(0, maxSignals),
    services: services.slice(0, maxServices),
    related: [...one.related, event.id].slice(-maxRelated),
    count: one.count + 1,
    updated: at,
    quietSince: signals.length > 0 ? null : one.quietSince,
  }
}

/** Without conditions that have ended by themselves. */
function quieted(one: Incident, now: number): Incident {
  const signals = one.signals.filter(({ until }) => until === null || until > now)
  if (signals.length === one.signals.length) return one
  return { ...one, signals, quietSince: signals.length === 0 ? now : one.quietSince }
}
