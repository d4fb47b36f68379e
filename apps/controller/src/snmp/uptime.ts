/** What became of a router between two rounds, by sysUpTime (RFC 3418) and snmpEngineBoots (RFC 3411). Pure. @module */

export interface Uptime {
  /** When it was told, milliseconds since 1970. */
  readonly at: number
  /** sysUpTime, hundredths of a second; wraps at 2^32, after 497 days. */
  readonly ticks: bigint
  /** snmpEngineBoots; undefined where the router does not tell. */
  readonly boots: bigint | undefined
}

/** `stepped`: its clock and ours disagree about the time that passed, so that no rate over it is right. */
export type Passage = 'went on' | 'restarted' | 'stepped'

/** Ticks, and share of the time passed, by which clocks may differ and answers be late. */
const slackTicks = 500
const slackShare = 0.05

export function passageOf(before: Uptime, now: Uptime): Passage {
  if (before.boots !== undefined && now.boots !== undefined && before.boots !== now.boots) return 'restarted'
  const passed = (now.at - before.at) / 10
  // Within half of the range, so that a wrap is none.
  const advanced = Number(BigInt.asIntN(32, now.ticks - before.ticks))
  const slack = slackTicks + slackShare * Math.abs(passed)
  if (Math.abs(advanced - passed) <= slack) return 'went on'
  // Whoever restarted has not been up for longer than we have not heard of it.
  return Number(now.ticks) <= passed + slack ? 'restarted' : 'stepped'
}

/** As interface counters carry it: milliseconds modulo 2^32. */
export const uptimeMsOf = (ticks: bigint): number => Number((ticks * 10n) % 4_294_967_296n)
