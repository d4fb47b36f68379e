/**
 * An agent card as callers outside get it (A2A 1.0 §4.4.1, §4.5; and 0.3): how to prove oneself here takes the place of what the
 * agent's own server says of that, which is between it and its side-car. Addresses are those of the gateway already, and
 * interfaces that it does not carry are gone. Signatures are gone, too, as they were made over the other addresses. The gateway
 * makes none: whoever has the card has it from the gateway's own https address, which proves as much as a key found there would.
 * @module
 */
import { isJsonObject, jsonObject } from '../wire/json-object.ts'

export interface Proofs {
  /** Address of an issuer of access tokens; `undefined`: tokens are handed out by hand. */
  readonly issuer: string | undefined
  readonly scopes: readonly string[]
  /** Whether agents may be asked to call hosts outside. */
  readonly pushes: boolean
}

const schemeName = 'outside'

/** @param text a card, or the answer to a JSON-RPC call with one @returns the same where it is neither */
export function outsideCard(text: string, proofs: Proofs): string {
  const content = jsonObject(text)
  const card = content?.['jsonrpc'] === undefined ? content : content['result']
  if (!isJsonObject(card)) return text
  setProofs(card, proofs)
  return JSON.stringify(content)
}

function setProofs(card: Record<string, unknown>, { issuer, scopes, pushes }: Proofs): void {
  // In 0.3 a card has one address of its own, and flat schemes as OpenAPI has them.
  const isOld = !Array.isArray(card['supportedInterfaces'])
  card['securitySchemes'] = { [schemeName]: isOld ? oldScheme(issuer) : newScheme(issuer) }
  delete card[isOld ? 'securityRequirements' : 'security']
  if (isOld) card['security'] = [{ [schemeName]: [...scopes] }]
  else card['securityRequirements'] = [{ schemes: { [schemeName]: { list: [...scopes] } } }]
  const { capabilities, skills } = card
  if (!pushes && isJsonObject(capabilities)) capabilities['pushNotifications'] = false
  for (const skill of Array.isArray(skills) ? skills : [])
    if (isJsonObject(skill)) for (const member of ['security', 'securityRequirements']) delete skill[member]
}

const openIdOf = (issuer: string): string => `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`

const newScheme = (issuer: string | undefined): object =>
  issuer === undefined
    ? { httpAuthSecurityScheme: { scheme: 'Bearer' } }
    : { openIdConnectSecurityScheme: { openIdConnectUrl: openIdOf(issuer) } }

const oldScheme = (issuer: string | undefined): object =>
  issuer === undefined
    ? { type: 'http', scheme: 'bearer' }
    : { type: 'openIdConnect', openIdConnectUrl: openIdOf(issuer) }
