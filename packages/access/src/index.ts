/** Who may do what in a fleet: policies over a roster. */
export { type AccessDecision, type Call, type GroupUse, type Outsider, outsideGatewayRole } from './call.ts'
export { Entity, type Request } from './entity.ts'
export { compilePolicies, type Decision, type PolicyFailure, type PolicySet } from './policy-set.ts'
export type { PolicyProblem } from './problem.ts'
export { type Access, rosterAccess, rosterActions } from './roster-access.ts'
export { CedarRecord, CedarSet, EntityUid, type Value } from './value.ts'
