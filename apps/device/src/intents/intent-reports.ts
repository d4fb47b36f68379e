/** How the intents stand at this device, since when, as its answers and IntentStatus say it. @module */
import type { DeviceIntents } from '@vagus/api/intent'
import type { IntentCounts, IntentReported, IntentStatus } from '@vagus/grasp/objectives'
import {
  assess,
  type IntentReport,
  type IntentSet,
  type LeaseFact,
  type LinkLoad,
  type LoadWatch,
  noLoads,
  standingText,
  watchLoads,
} from '@vagus/intent'
import type { IntentDesk } from './intent-desk.ts'
import { timeText } from '../time-of-day.ts'

/** What is measured and agreed on at this device. */
export interface IntentFacts {
  readonly loads: readonly LinkLoad[]
  readonly leases: readonly LeaseFact[]
}

interface Since extends IntentReport {
  /** Milliseconds since 1970. */
  readonly since: number
}

/** Octets of evidence of all reports, so that they fit one message; what does not is left out, the best states first. */
const maxEvidenceOctets = 32_768
const noHash = new Uint8Array(32)

export class IntentReports {
  readonly #desk: IntentDesk
  #loads: LoadWatch = noLoads
  #reports: readonly Since[] = []
  /** What was told last, as text. */
  #told = ''

  constructor(desk: IntentDesk) {
    this.#desk = desk
  }

  /**
   * Looks at everything anew; whether anything is to be told.
   * @param now milliseconds since 1970 @param steady the same by a clock that nobody sets
   */
  look({ loads, leases }: IntentFacts, now: number, steady: number): 'changed' | 'same' {
    const { orders, set } = this.#desk
    this.#loads = watchLoads(this.#loads, orders, loads, steady)
    const reports = set === undefined ? [] : assess(set, { orders, loads: this.#loads, leases }, now)
    const before = new Map(this.#reports.map((one) => [one.name, one]))
    this.#reports = reports.map((one) => {
      const known = before.get(one.name)
      return { ...one, since: known?.state === one.state ? known.since : now }
    })
    // Evidence has figures that change all the time: whoever wants them asks.
    const told = `${set?.hash} ${orders.standing} ${reports.map(({ name, state }) => `${name} ${state}`).join()}`
    const isChanged = told !== this.#told
    this.#told = told
    return isChanged ? 'changed' : 'same'
  }

  /** With all reports, for who asks. */
  status(): Omit<IntentStatus, 'header'> {
    let octets = 0
    const worstFirst = this.#reports.toSorted((one, other) => rankOf(other) - rankOf(one))
    const withEvidence = new Set(
      worstFirst.filter(({ evidence = '' }) => (octets += Buffer.byteLength(evidence)) <= maxEvidenceOctets),
    )
    const reports = this.#reports.map((one): IntentReported => {
      const { name, state, since, evidence } = one
      return { name, state, since, evidence: withEvidence.has(one) ? (evidence ?? null) : null }
    })
    return { ...this.digest(), reports }
  }

  /** Without reports, for a flood. */
  digest(): Omit<IntentStatus, 'header'> {
    const { owner, set, orders } = this.#desk
    const counts: { -readonly [State in keyof IntentCounts]: number } = {
      received: 0,
      translated: 0,
      active: 0,
      degraded: 0,
      conflict: 0,
      refused: 0,
    }
    for (const { state } of this.#reports) counts[state]++
    return { owner, epoch: set?.epoch ?? 0, hash: hashOf(set), standing: orders.standing, counts, reports: [] }
  }

  resource(): DeviceIntents {
    const { owner, set, orders } = this.#desk
    return {
      owner,
      epoch: set?.epoch ?? 0,
      hash: set?.hash ?? null,
      issuedAt: set === undefined ? null : timeText(set.issuedAt),
      expiresAt: set === undefined ? null : timeText(set.expiresAt),
      standing: orders.standing,
      problem: orders.standing === 'holds' ? null : standingText(orders),
      items: this.#reports
        .map(({ name, state, since, evidence = null }) => {
          const goal = set?.intents.find((one) => one.name === name)?.goal.type ?? 'unknown'
          return { name, goal, state, since: timeText(since), evidence }
        })
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
    }
  }
}

export const hashOf = (set: IntentSet | undefined): Uint8Array =>
  set === undefined ? noHash : new Uint8Array(Buffer.from(set.hash, 'base64url'))

const ranks: { readonly [State in IntentReport['state']]: number } = {
  received: 0,
  translated: 1,
  active: 2,
  conflict: 3,
  degraded: 4,
  refused: 5,
}
const rankOf = ({ state }: IntentReport): number => ranks[state]
