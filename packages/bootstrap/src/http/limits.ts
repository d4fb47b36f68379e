/** Named limits of a server, and what happens at each. @module */

export interface ServerLimits {
  /** Octets of a body; more: 413, and the connection ends. */
  readonly bodyOctets: number
  /** Connections at once; more are closed as they come. */
  readonly connections: number
  /** Of those, from one address: a join proxy brings many pledges. More are closed as they come. */
  readonly connectionsPerAddress: number
  /** Requests of one device, or of one address without a known one, per minute; more: 429 with Retry-After. */
  readonly requestsPerMinute: number
  /** Milliseconds that a TLS handshake or a request may take to arrive; then the connection ends. */
  readonly arrival: number
  /** Milliseconds that a connection may be idle between requests; then it ends. */
  readonly idle: number
}

export const defaultLimits: ServerLimits = {
  bodyOctets: 65_536,
  connections: 256,
  connectionsPerAddress: 64,
  requestsPerMinute: 60,
  arrival: 10_000,
  idle: 30_000,
}
