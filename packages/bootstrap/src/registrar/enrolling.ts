/** EST of a registrar (RFC 7030 §4): certificates of the domain, for devices that may join and for members. @module */
import { checkCertificateRequest, isRefused, mediaTypes, oids, refused, type Refused } from '@vagus/brski'
import { agentOf, issueLdevid, readCertificateRequest, writeCertificates, writeCsrAttributes } from '@vagus/pki'
import { decodeBase64Body, encodeBase64Body } from '../http/body-encoding.ts'
import type { Exchange, Reply } from '../http/serve.ts'
import type { Client } from './client-identity.ts'
import type { Member, RegistrarOptions } from './options.ts'

const day = 24 * 3_600_000
const defaultLife = 30 * day
/** Ed25519, so that the certificate names the agent; P-256 is taken, too. */
const wanted = [oids.serialNumber, '1.3.101.112']

/** RFC 7030 §4.1.3: all CAs of the domain. */
export const caCertsReply = ({ credentials }: RegistrarOptions): Reply =>
  base64Reply(mediaTypes.certificates, writeCertificates([credentials.ca.certificate, ...credentials.ca.chain]))

/** RFC 7030 §4.5.2. The domain sets all names itself, so it asks only for the device's and for the kind of key. */
export const csrAttrsReply = (): Reply => base64Reply(mediaTypes.csrAttrs, writeCsrAttributes(wanted))

/**
 * `simpleenroll` for a device that may join, `simplereenroll` for a member. The new member is kept before the certificate
 * is sent: who has one is known.
 */
export async function enroll(
  exchange: Exchange,
  client: Client,
  options: RegistrarOptions,
  now: number,
): Promise<Reply | Refused> {
  const type = exchange.contentType?.split(';', 1)[0]!.trim().toLowerCase()
  if (type !== mediaTypes.pkcs10) {
    return refused('media-type', `Content-Type is "${type ?? ''}"; it must be "${mediaTypes.pkcs10}"`)
  }
  const der = decodeBase64Body(exchange.body)
  if (der === undefined) return refused('malformed', 'the body must be a PKCS#10 request in base64 (RFC 8951 §3.1)')
  const request = readCertificateRequest(der)
  if (isRefused(request)) return request
  const { serialNumber } = client.type === 'pledge' ? client.facts : client.member
  const checked = checkCertificateRequest(request, serialNumber)
  if (isRefused(checked)) return checked
  const { credentials, membership, ldevidLife = defaultLife, tell } = options
  const { publicKey } = request
  const certificate = issueLdevid(credentials.ca, { serialNumber, publicKey, now, life: ldevidLife })
  const member: Member = { serialNumber, certificate, agentId: agentOf(publicKey) }
  const how = client.type === 'pledge' ? 'first' : 'renewed'
  await membership.enrolled(member, how)
  tell?.({ type: 'enrolled', member, how })
  return base64Reply(mediaTypes.certificates, writeCertificates([certificate]))
}

const base64Reply = (contentType: string, der: Uint8Array): Reply => ({
  status: 200,
  contentType,
  headers: { 'content-transfer-encoding': 'base64' },
  body: encodeBase64Body(der),
})
