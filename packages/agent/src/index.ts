/** Agents that find each other by name and lose nothing while the network changes under them. */
export type { Agent, AgentOptions, JournalPlace, Move, OwnIdentity } from './agent.ts'
export type { Connection, ConnectionEvent, IncomingDatagram, IncomingStream, Path, PathKind } from './connection.ts'
export { AgentError, type AgentErrorCode, agentErrorCodes } from './errors.ts'
export type { CallOptions, Exchange, ExchangeHandler, ExchangeState, Message, ServedExchange } from './exchange.ts'
export { type Found, type Lookup, maxFoundDocuments } from './lookup.ts'
export type { Service } from './service.ts'
export { openAgent } from './open-agent.ts'
export { Relay, relayLimits, type RelayLimits, type RelayStatus } from './relay/relay-server.ts'
