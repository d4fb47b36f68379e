/** Vouchers and voucher-requests, and what pledge, registrar and MASA decide about them (RFC 8366, RFC 8995). */
export {
  type AuditEvent,
  type AuditLog,
  auditLogOf,
  type AuditPolicy,
  checkAuditLog,
  domainIdText,
  maxAuditEvents,
  readAuditLog,
  writeAuditLog,
} from './audit-log.ts'
export { decodeBase64, encodeBase64 } from './base64.ts'
export { type AcceptedVoucher, checkVoucher, type VoucherQuestion } from './check-voucher.ts'
export { type CertificateRequest, checkCertificateRequest } from './enrolment.ts'
export {
  checkLogRequest,
  checkRegistrarRequest,
  type Grant,
  type IssuedEvent,
  keyHash,
  type MadeDevice,
  type MasaPolicy,
} from './masa.ts'
export { type MasaResource, masaUrlOf } from './masa-url.ts'
export type { BrskiCrypto, Certificate, CmsSigner, PathQuestion, SignedContent } from './ports.ts'
export { isRefused, type RefusalCode, type Refused, refused, statusOf } from './refusal.ts'
export {
  checkMasaVoucher,
  checkPledgeRequest,
  mediaTypeProblem,
  type PledgeAdmission,
  type PledgeConnection,
  type PledgeRequest,
  registrarRequestOf,
} from './registrar.ts'
export { mediaTypes, oids, paths, times } from './registry.ts'
export { readStatusReport, type StatusReport, writeStatusReport } from './status.ts'
export { type Assertion, readVoucher, type Voucher, writeVoucher } from './voucher.ts'
export { readVoucherRequest, type RequestRoot, type VoucherRequest, writeVoucherRequest } from './voucher-request.ts'
