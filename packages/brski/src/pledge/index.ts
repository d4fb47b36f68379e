/** The pledge's side of BRSKI (RFC 8995): what it does next. */
export type { Exchange, News, Outcome, PledgeEffect, PledgeEvent, Stage, Validity, Verdict } from './event.ts'
export { type PledgeLimits, pledgeLimits } from './limits.ts'
export { beginPledge, nextTick, type Pledge, type PledgeConfig, stepPledge } from './pledge.ts'
