/** Whose token a request carries: JWTs of an issuer, verified; and what an issuer says of itself. @module */
export { bearerOf, challengeOf } from './bearer.ts'
export { type Claims, clientOf, groupsOf, scopesOf } from './claims.ts'
export { askJson, type Fetch, isSecureUrl, type JsonAnswer } from './ask-json.ts'
export { Issuer, type IssuerOptions, type Wanted } from './issuer.ts'
export type { IssuerMetadata } from './metadata.ts'
export { type Person, personOf, personText } from './person.ts'
export type { Refusal, RefusalCode } from './refusal.ts'
export type { Verified } from './verify.ts'
