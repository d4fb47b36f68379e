/** Joins the incidents to the event log: each event counts once, also when the controller is killed. @module */
import type { ControlStore } from '@vagus/store'
import { maxEvents, type EventLog } from '../events/event-log.ts'
import { type Incident, isOpen } from './incident.ts'
import { IncidentEngine, type IncidentState, noIncidents, type Topology } from './incident-engine.ts'

export interface KeptIncidents extends IncidentState {
  /** As they were told last: what has come since is told with the next update. */
  readonly told: readonly Incident[]
}

export interface IncidentKeeper {
  load(): KeptIncidents | undefined
  /** @throws when the disk does not take it */
  keep(state: KeptIncidents): void
}

export interface IncidentParts {
  readonly events: Pick<EventLog, 'read' | 'listen' | 'lastId'>
  readonly keeper: IncidentKeeper
  readonly topology: Topology
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

export class IncidentDesk {
  readonly #parts: IncidentParts
  #engine: IncidentEngine
  readonly #unlisten: () => void
  readonly #watchers = new Set<() => void>()
  /** As they are on the disk: nobody is told what would be told otherwise after kill -9. */
  #told: readonly Incident[]

  constructor(parts: IncidentParts) {
    const { events, keeper, topology } = parts
    this.#parts = parts
    const state = keeper.load() ?? this.#first()
    this.#engine = new IncidentEngine(state, topology)
    this.#told = state.told
    // What came since it was written down.
    for (const event of events.read(state.lastEvent, maxEvents, () => true)) this.#engine.take(event)
    this.#unlisten = events.listen((event) => this.#engine.take(event))
  }

  /** Those that are told, the oldest first; also those that are over, while they are known. */
  get all(): readonly Incident[] {
    return this.#told
  }

  get open(): readonly Incident[] {
    return this.#told.filter(isOpen)
  }

  /** Called when something new is told. */
  watch(watcher: () => void): void {
    this.#watchers.add(watcher)
  }

  /** To be called once a second. */
  step(): void {
    const { keeper, now, report } = this.#parts
    const before = this.#engine.state
    const told = this.#engine.step(now())
    if (told.length === 0) return
    const { state } = this.#engine
    const ids = new Set(state.incidents.map(({ id }) => id))
    const news = new Map(told.map((one) => [one.id, one]))
    const known = this.#told.filter(({ id }) => ids.has(id) && !news.has(id))
    const all = [...known, ...told].toSorted((one, other) => one.began - other.began)
    try {
      keeper.keep({ ...state, told: all })
    } catch (error) {
      // Told later: with the next step that the disk takes.
      this.#engine = new IncidentEngine(before, this.#parts.topology)
      report(`incidents could not be written down, and are told later: ${String(error)}`)
      return
    }
    this.#told = all
    for (const watcher of this.#watchers) watcher()
  }

  /** Events of before there were incidents are history. */
  #first(): KeptIncidents {
    const state = { ...noIncidents, told: [], lastEvent: this.#parts.events.lastId }
    try {
      this.#parts.keeper.keep(state)
    } catch (error) {
      this.#parts.report(`incidents could not be written down: ${String(error)}`)
    }
    return state
  }

  stop(): void {
    this.#unlisten()
  }
}

const key = 'incidents'

/** All in one document: it is of one moment, with the last event that counts. */
export const incidentKeeper = (control: ControlStore, now: () => number): IncidentKeeper => ({
  load: () => control.get(key)?.value as KeptIncidents | undefined, // what `keep` wrote
  keep: (state) => control.put(key, state, now()),
})
