/** Session reports without the schemas: an agent that makes them needs these and not a validator. @module */
/** `typ` of the JWS. */
export const sessionReportType = 'vagus-sessions'
/** Octets of the signed report. Who has longer paths than fit tells fewer sessions, and the rest in `more`. */
export const maxReportOctets = 262_144
/** Of one agent; of more it tells the newest. */
export const maxReportedSessions = 256
/** Seconds: an agent repeats its report within this time also when nothing has changed. */
export const reportEverySeconds = 10
/** Seconds after which what was not repeated is no longer shown. */
export const reportHoldsSeconds = 35
