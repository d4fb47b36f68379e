/** Acting without a person, within bounds; and learning when not to. */
export { type Bounds } from './bounds.ts'
export { type Case, decide, type Decision, type Hindrance } from './decide.ts'
export { counts, judgmentOf, type Judgment, type PastLink, type PastProposal } from './judgment.ts'
export { type Action, ledgerOf, noted } from './ledger.ts'
export { respectMs } from './limits.ts'
export { type Standing, standingOf } from './standing.ts'
export { type Watched, watched, watchedFrom } from './watch.ts'
