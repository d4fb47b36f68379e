/** What runs beside an agent that knows nothing of Vagus: HTTP in, exchanges out, and back. */
export { MandateError } from './acting-for.ts'
export type { FindSources } from './found/claimants.ts'
export { type FindRule, findRuleOf } from './found/find-rule.ts'
export { type RunOptions, runSidecar } from './run.ts'
export { type Sidecar, type SidecarOptions, startSidecar } from './sidecar.ts'
export { serviceOptions } from './roster/call-services.ts'
export type { Fleet, RefusedCall } from './roster/fleet.ts'
export { agentWithin, lookupsOf, openFleet } from './roster/open-fleet.ts'
