/** Registrar, MASA and their clients over node:https (RFC 8995, RFC 7030). */
export {
  type ConnectOptions,
  ConnectionError,
  connectRegistrar,
  type EnrolAnswer,
  type RegistrarConnection,
} from './client/connection.ts'
export type { Answer } from './client/exchange.ts'
export { masaClient, type MasaClientOptions } from './client/masa-client.ts'
export { CredentialError } from './credential-files.ts'
export { type DomainNames, openDomain } from './domain.ts'
export type { BodyEncoding } from './http/body-encoding.ts'
export type { ServerLimits } from './http/limits.ts'
export type { HttpsServer, Listening } from './http/serve.ts'
export { type Masa, type MasaOptions, type NewDevice, openMasa } from './masa/masa.ts'
export { isOwnMasa, newOwnMasa, openOwnMasa } from './masa/own-masa.ts'
export { localMasa, type MasaEvent, type MasaServing, serveMasa } from './masa/serve.ts'
export type {
  DomainCredentials,
  Maker,
  MasaAnswer,
  MasaService,
  Member,
  Membership,
  PledgeFacts,
  RegistrarEvent,
  RegistrarOptions,
} from './registrar/options.ts'
export { serveRegistrar } from './registrar/serve.ts'
