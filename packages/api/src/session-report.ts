/** Session reports without the schemas: an agent that makes them needs these and not a validator. @module */
/** `typ` of the JWS. */
export const sessionReportType = 'vagus-sessions'
/** Octets of the signed report. An agent whose sessions do not fit reports fewer and counts the rest in `more`. */
export const maxReportOctets = 262_144
/** Sessions that one agent reports; of more it reports the newest. */
export const maxReportedSessions = 256
/** Seconds within which an agent repeats its report even when nothing has changed. */
export const reportEverySeconds = 10
/** The same at most, of an agent on a battery, which then says how many in `every`. */
export const maxReportEverySeconds = 100
/** Seconds after which a report that was not repeated is no longer shown. */
export const reportHoldsSeconds = 35
/** The same for an agent that repeats its report within `every` seconds. */
export const reportHoldsFor = (every = reportEverySeconds): number => reportHoldsSeconds - reportEverySeconds + every
