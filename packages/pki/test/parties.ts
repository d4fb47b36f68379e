/** A maker, a domain and a box with real keys, for tests. */
import type { KeyObject } from 'node:crypto'
import {
  type Certificate,
  type CmsSigner,
  type VoucherQuestion,
  type Voucher,
  writeVoucher,
  writeVoucherRequest,
} from '@vagus/brski'
import {
  cmsSigner,
  issueIdevid,
  issueLdevid,
  issueMasa,
  issueRegistrar,
  type Issuer,
  newAuthority,
  newPrivateKey,
  publicKeyOf,
} from '../src/index.ts'

export const now = Date.UTC(2026, 10, 28, 12)
export const day = 24 * 3_600_000
export const nonce = 'giEWNoRGaxaqp+I0DIwGvgWnSr2FmaKz'
export const serialNumber = 'BOX-17'

export const authority = (commonName: string, at = now): Issuer =>
  newAuthority({ commonName }, newPrivateKey('p256'), { now: at, life: 3650 * day })

export function withKey(issue: (publicKey: Uint8Array) => Certificate, key: KeyObject = newPrivateKey('p256')): Issuer {
  return { key, certificate: issue(publicKeyOf(key)), chain: [] }
}

export const registrarOf = (ca: Issuer, life = 365 * day): Issuer =>
  withKey((publicKey) =>
    issueRegistrar(ca, { name: { commonName: 'registrar' }, publicKey, hosts: ['127.0.0.1'], now, life }),
  )
export const masaOf = (ca: Issuer, at = now, life = 365 * day): Issuer =>
  withKey((publicKey) => issueMasa(ca, { name: { commonName: 'MASA' }, publicKey, hosts: [], now: at, life }))
export const boxOf = (ca: Issuer, serial = serialNumber): Issuer =>
  withKey((publicKey) => issueIdevid(ca, { serialNumber: serial, publicKey, masaUrl: 'masa.example:9443', now }))
export const memberOf = (ca: Issuer, serial = serialNumber): Issuer =>
  withKey((publicKey) => issueLdevid(ca, { serialNumber: serial, publicKey, now, life: 30 * day }))

export const deviceCa = authority('device CA')
export const masaCa = authority('MASA CA')
export const masa = masaOf(masaCa)
export const box = boxOf(deviceCa)
export const domainCa = authority('domain CA')
export const registrar = registrarOf(domainCa)

/** The registrar's signatures carry its CA, which the MASA then pins. */
export const registrarSigner: CmsSigner = cmsSigner({ ...registrar, chain: [domainCa.certificate] })

/** A voucher of the MASA for the box. */
export const voucher: Voucher = {
  createdOn: now,
  assertion: 'proximity',
  serialNumber,
  nonce,
  pinnedDomainCert: domainCa.certificate.der,
}
export const signedVoucher = (change: Partial<Voucher> = {}, by: Issuer = masa): Uint8Array =>
  cmsSigner(by).sign(writeVoucher({ ...voucher, ...change }))

/** What the box asks of it. */
export const question: VoucherQuestion = {
  anchors: [masaCa.certificate],
  serialNumber,
  nonce,
  nonceless: 'refused',
  server: [registrar.certificate, domainCa.certificate],
  now,
}

export const pledgeRequest = (change: object = {}, by: Issuer = box): Uint8Array =>
  cmsSigner(by).sign(
    writeVoucherRequest({
      serialNumber,
      nonce,
      createdOn: now,
      assertion: 'proximity',
      proximityRegistrarCert: registrar.certificate.der,
      ...change,
    }),
  )
