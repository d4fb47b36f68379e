/** What a registrar checks of a request for a certificate of its domain (RFC 7030 §4.2, RFC 8995 §5.9). @module */
import type { AgentId } from '@vagus/identity'
import { refused, type Refused } from './refusal.ts'

/** What is read of a PKCS#10 request (RFC 2986) whose signature fits the key inside. */
export interface CertificateRequest {
  readonly der: Uint8Array
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array
  readonly algorithm: 'p256' | 'ed25519'
  readonly deviceSerial: string | undefined
  /** URIs among the names that the request asks for. */
  readonly uris: readonly string[]
  /** The agent whose key it is: with Ed25519, the key is the name. */
  readonly agentId: AgentId | undefined
}

/**
 * Whether `request` may be signed for the device `serialNumber`. A request names that device, or none; it claims no
 * agent but the one whose key it holds. All other names in it are left to the domain, which does not copy them.
 */
export function checkCertificateRequest(
  request: CertificateRequest,
  serialNumber: string,
): { readonly type: 'accepted' } | Refused {
  if (request.deviceSerial !== undefined && request.deviceSerial !== serialNumber) {
    return refused(
      'serial',
      `the certificate request is for "${request.deviceSerial}", and the client of this connection is "${serialNumber}"`,
    )
  }
  const foreign = request.uris.find((uri) => uri !== request.agentId)
  if (foreign !== undefined) {
    return refused(
      'malformed',
      `the certificate request asks for the name ${foreign.slice(0, 100)}; it may only ask for ${request.agentId ?? 'none, as its key is not Ed25519'}`,
    )
  }
  return { type: 'accepted' }
}
