/**
 * Paths from a certificate to an anchor (RFC 5280 §6). Revocation and policies are not asked for, and a certificate with
 * a critical extension that is not understood here, such as name constraints, is refused.
 * @module
 */
import { type Certificate, type PathQuestion, refused, type Refused } from '@vagus/brski'
import { type CertificateDetails, detailsOf } from './certificate.ts'

/** Certificates between leaf and anchor. */
const maxBetween = 4
/** Signatures checked in one search: a stranger may send certificates that all have one name. */
const maxChecks = 32

interface Search extends Pick<PathQuestion, 'anchors' | 'between' | 'now'> {
  checks: number
}

/** The certificates from the leaf to the anchor, both included. Refused as `untrusted`, or as `stale` if only time is wrong. */
export function pathOf({ leaf, between, anchors, now }: PathQuestion): readonly Certificate[] | Refused {
  const path = search([leaf], { anchors, between, now, checks: 0 })
  if (path !== undefined) return path
  const ended = now === undefined ? undefined : search([leaf], { anchors, between, now: undefined, checks: 0 })
  const problem = ended?.map((certificate) => validityProblem(certificate, now)).find((each) => each !== undefined)
  if (problem !== undefined) return refused('stale', problem)
  const trusted = anchors.map(({ subject }) => subject).join('; ') || 'none'
  return refused('untrusted', `${leaf.subject}, issued by ${leaf.issuer}, leads to no trusted certificate (${trusted})`)
}

function validityProblem(certificate: Certificate, now: number | undefined): string | undefined {
  if (now === undefined) return undefined
  const { subject, notBefore, notAfter } = certificate
  const day = (time: number): string => new Date(time).toISOString()
  if (now < notBefore) return `${subject} is valid from ${day(notBefore)}, and it is ${day(now)}`
  if (now > notAfter) return `${subject} was valid until ${day(notAfter)}, and it is ${day(now)}`
  return undefined
}

/** @param path from the leaf, without an anchor yet */
function search(path: readonly Certificate[], at: Search): readonly Certificate[] | undefined {
  const last = path.at(-1)!
  if (detailsOf(last).unknownCritical.length > 0 || validityProblem(last, at.now) !== undefined) return undefined
  if (at.anchors.some(({ der }) => Buffer.compare(der, last.der) === 0)) return path
  const above = path.length - 1
  for (const anchor of at.anchors) {
    if (isIssuer(anchor, last, above, at)) return [...path, anchor]
  }
  if (above >= maxBetween) return undefined
  for (const candidate of at.between) {
    if (path.includes(candidate) || !isIssuer(candidate, last, above, at)) continue
    const found = search([...path, candidate], at)
    if (found !== undefined) return found
  }
  return undefined
}

/** @param below number of CAs already below `issuer` */
function isIssuer(issuer: Certificate, certificate: Certificate, below: number, at: Search): boolean {
  const [upper, lower] = [detailsOf(issuer), detailsOf(certificate)]
  if (Buffer.compare(upper.subjectName, lower.issuerName) !== 0) return false
  if (upper.signs === 'no certificates' || upper.unknownCritical.length > 0) return false
  if (validityProblem(issuer, at.now) !== undefined) return false
  if (upper.pathLength !== undefined && below > upper.pathLength) return false
  const { authorityKeyId } = certificate
  if (authorityKeyId !== undefined && issuer.subjectKeyId !== undefined) {
    if (Buffer.compare(authorityKeyId, issuer.subjectKeyId) !== 0) return false
  }
  at.checks += 1
  return at.checks <= maxChecks && hasSigned(upper, lower)
}

function hasSigned(issuer: CertificateDetails, certificate: CertificateDetails): boolean {
  try {
    return certificate.x509.verify(issuer.x509.publicKey)
  } catch {
    return false // a key of a kind that OpenSSL does not use here
  }
}
