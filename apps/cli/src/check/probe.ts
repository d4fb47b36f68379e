/** What a plugin asks: checks are those of `vagus doctor`, figures those of the API. @module */
import type { Client } from '../client.ts'
import type { Check } from '../doctor/check.ts'
import { type Figure, type PluginState, type Ranges, stateIn } from './plugin-output.ts'

export interface ProbeResult {
  readonly checks: readonly Check[]
  /** What is said when nothing is wrong. */
  readonly text: string
  /** The first is the one that --warning and --critical are of. */
  readonly figures: readonly [Figure, ...Figure[]]
}

export interface Probe {
  /** Of what the ranges are, for help. */
  readonly figure: string
  ask(client: Client): Promise<ProbeResult>
}

const stateOf: Readonly<Record<Check['state'], PluginState>> = { ok: 'OK', warn: 'WARNING', fail: 'CRITICAL' }

/** With ranges the figure alone decides; without any, what `vagus doctor` would say. */
export function judged({ checks, text, figures }: ProbeResult, ranges: Ranges): { state: PluginState; text: string } {
  if (ranges.warning !== undefined || ranges.critical !== undefined) return { state: stateIn(figures[0], ranges), text }
  const worst = checks.find(({ state }) => state === 'fail') ?? checks.find(({ state }) => state === 'warn')
  if (worst === undefined) return { state: 'OK', text }
  const more = checks.filter(({ state }) => state !== 'ok').length - 1
  return { state: stateOf[worst.state], text: `${worst.found}${more === 0 ? '' : ` (and ${more} more: vagus doctor)`}` }
}
