/** Since when each intent is as it is, over restarts too; and the events of its changes. @module */
import type { EventDraft } from '../events/event-draft.ts'
import type { Assessed, IntentStateName } from './assurance.ts'

/** Plain JSON. */
export interface Stand {
  readonly state: IntentStateName
  /** Milliseconds since 1970. */
  readonly since: number
}

export interface StandKeeper {
  /** What was kept; undefined without any. */
  load(): unknown
  /** @throws when the disk does not take it */
  keep(stands: Readonly<Record<string, Stand>>): void
}

/** After a start nothing has been measured yet: for so long what was not met is not taken for met, milliseconds. */
const settleMs = 60_000

export class IntentStands {
  readonly #stands: Map<string, Stand>
  readonly #keeper: StandKeeper
  readonly #report: (line: string) => void
  #begunAt: number | undefined

  constructor(keeper: StandKeeper, report: (line: string) => void) {
    this.#keeper = keeper
    this.#report = report
    this.#stands = new Map(Object.entries((keeper.load() ?? {}) as Record<string, Stand>)) // what `keep` wrote
  }

  of(intent: string): Stand | undefined {
    return this.#stands.get(intent)
  }

  /** Takes how all intents of the set in force are at `now`, milliseconds since 1970; others are forgotten. */
  take(all: ReadonlyMap<string, Assessed>, now: number): readonly EventDraft[] {
    this.#begunAt ??= now
    const isSettling = Math.abs(now - this.#begunAt) < settleMs
    const gone = [...this.#stands.keys()].filter((name) => !all.has(name))
    for (const name of gone) this.#stands.delete(name)
    const events: EventDraft[] = []
    let isNews = gone.length > 0
    for (const [name, { state, evidence }] of all) {
      const before = this.#stands.get(name)
      if (before?.state === state) continue
      if (isSettling && state === 'active' && before?.state === 'degraded') continue
      isNews = true
      this.#stands.set(name, { state, since: now })
      const event = eventOf(name, before, state, evidence ?? '', now)
      if (event !== undefined) events.push(event)
    }
    if (isNews) this.#keep()
    return events
  }

  /** What is lost by a kill is only since when. */
  #keep(): void {
    try {
      this.#keeper.keep(Object.fromEntries(this.#stands))
    } catch (error) {
      this.#report(`intents: since when they are as they are could not be written down: ${String(error)}`)
    }
  }
}

const holds = (state: IntentStateName | undefined): boolean => state === 'active' || state === 'degraded'

function eventOf(
  intent: string,
  before: Stand | undefined,
  state: IntentStateName,
  why: string,
  now: number,
): EventDraft | undefined {
  const draft = (event: EventDraft['event'], fields: EventDraft['fields'] = {}): EventDraft => ({
    event,
    subject: intent,
    fields: { intent, ...fields },
  })
  if (state === 'degraded') return draft('intent.degraded', { why })
  if (state === 'conflict') return draft('intent.conflict', { why })
  if (state === 'active' && (before?.state === 'degraded' || before?.state === 'conflict'))
    return draft('intent.met', { seconds: Math.max(0, Math.round((now - before.since) / 1000)) })
  // Which hold at once is told with the set.
  if (state === 'active') return before === undefined ? undefined : draft('intent.begun')
  return holds(before?.state) ? draft('intent.over', { why }) : undefined
}
