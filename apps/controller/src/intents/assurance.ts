/**
 * Whether each intent is met, and what shows it (assess and report, RFC 9315 §5.2): by what devices say of themselves, and by
 * what the controller measures besides. Pure.
 * @module
 */
import type { IntentItem } from '@vagus/api/intent'
import { type Conflict, type Intent, isActive, nextChange, type Pin, utcText } from '@vagus/intent'
import { rateText } from '@vagus/line'
import type { LoadFigure } from './load-figures.ts'

export type IntentStateName = IntentItem['state']

export interface Assessed {
  readonly state: IntentStateName
  /** A sentence without a full stop; null: the state says all. */
  readonly evidence: string | null
}

/** What enters of a prefix over a link, bits per second. */
export interface Entry {
  readonly prefix: string
  readonly link: string
  readonly rate: number
}

export interface AssuranceFacts {
  /** Why the set does not hold; undefined: it does. */
  readonly standing: string | undefined
  /** Of now. */
  readonly conflicts: readonly Conflict[]
  readonly loadOf: (intent: string) => LoadFigure | undefined
  /** Traffic of a prefix at borders, and of what is within. */
  readonly entries: (prefix: string) => readonly Entry[]
  /** The private line for a `connect`; undefined: nobody keeps lines here. */
  readonly lineOf: (intent: Intent) => Assessed | undefined
  readonly reports: (intent: string) => readonly (Assessed & { readonly device: string })[]
  /** Milliseconds since 1970. */
  readonly now: number
}

export function assessed(intent: Intent, facts: AssuranceFacts): Assessed {
  const { name, when, goal } = intent
  const { standing, conflicts, reports, now } = facts
  if (goal.type === 'unknown')
    return { state: 'refused', evidence: `this controller does not know the goal ${goal.kind}; a later version may` }
  if (standing !== undefined) return { state: 'refused', evidence: standing }
  if (!isActive(when, now)) {
    const next = nextChange(when, now)
    return { state: 'translated', evidence: next === undefined ? 'its time is over' : `it begins at ${utcText(next)}` }
  }
  const lost = conflicts.find((one) => one.intent === name || (one.won === 'both' && one.other === name))
  if (lost !== undefined) return { state: 'conflict', evidence: lost.because }
  const own = byController(intent, facts)
  if (own.state === 'degraded') return own
  const unmet = reports(name).find(({ state }) => state === 'degraded' || state === 'refused')
  if (unmet === undefined) return own
  return { state: 'degraded', evidence: `${unmet.device}: ${unmet.evidence ?? 'it does not follow'}` }
}

function byController(intent: Intent, facts: AssuranceFacts): Assessed {
  const { name, goal } = intent
  if (goal.type === 'keep-below') return loadStand(facts.loadOf(name), goal, facts.now)
  if (goal.type === 'pin') return entryStand(goal, facts.entries(goal.prefix))
  if (goal.type !== 'connect') return { state: 'active', evidence: null }
  return facts.lineOf(intent) ?? { state: 'degraded', evidence: 'vagus.yaml has no "lines": the controller lays none' }
}

function loadStand(
  figure: LoadFigure | undefined,
  { percent, forMs }: { readonly percent: number; readonly forMs: number },
  now: number,
): Assessed {
  if (figure === undefined) return { state: 'active', evidence: null }
  const { links, fullest, above, aboveMs } = figure
  if (links === 0) return { state: 'active', evidence: 'no link that the controller knows is in its scope' }
  const [worst] = above
  if (worst !== undefined && now - worst.since > forMs) {
    const seconds = Math.round((now - worst.since) / 1000)
    const evidence = `${worst.link} has been above ${percent} % for ${seconds} s, up to ${percentText(worst.most)}; ${forMs / 1000} s are allowed`
    return { state: 'degraded', evidence }
  }
  if (fullest === undefined) return { state: 'active', evidence: `the load of none of its ${links} links is known` }
  const minutes = Math.round(aboveMs / 60_000)
  const time = minutes === 0 ? '' : `; above ${percent} % for ${minutes} min altogether`
  return { state: 'active', evidence: `the fullest link is ${fullest.link}, at ${percentText(fullest.share)}${time}` }
}

function entryStand({ prefix, enters, over }: Pin, entries: readonly Entry[]): Assessed {
  if (entries.length === 0) return { state: 'active', evidence: `no traffic to ${prefix} is seen at borders` }
  const isAllowed = ({ link }: Entry): boolean => over.includes(link) === (enters === 'only')
  const wrong = entries.find((entry) => !isAllowed(entry))
  const text = ({ prefix: found, link, rate }: Entry): string => `${found} enters over ${link}, ${rateText(rate)}`
  if (wrong !== undefined) return { state: 'degraded', evidence: `${text(wrong)}, where it must not` }
  return { state: 'active', evidence: text(entries[0]!) }
}

/** @param share 0..1 and above */
const percentText = (share: number): string => `${Math.round(share * 1000) / 10} %`
