/** Who may do what in a fleet: policies over a roster. */
export type { AccessDecision, Call } from './call.ts'
