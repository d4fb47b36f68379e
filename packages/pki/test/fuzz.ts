/** Mutated vouchers and requests: nothing throws, and what is believed is what was signed. */
import assert from 'node:assert/strict'
import { checkPledgeRequest, checkRegistrarRequest, checkVoucher, writeVoucherRequest } from '@vagus/brski'
import { brskiCrypto, readCertificate, readCertificateRequest, readCertificates } from '../src/index.ts'
import {
  box,
  deviceCa,
  nonce,
  now,
  pledgeRequest,
  question,
  registrar,
  registrarSigner,
  serialNumber,
  signedVoucher,
  voucher,
} from './parties.ts'

/** Numbers 0..2^32-1 that follow from `seed` (xorshift). */
function numbersFrom(seed: number): () => number {
  let state = (seed * 0x9e3779b9) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>>= 0)
  }
}

/** Plays `count` mutations of `seed`; says how many of them were still believed. @throws at the first that was taken wrongly */
export function fuzz(count: number, seed: number): { readonly played: number; readonly believed: number } {
  const next = numbersFrom(seed)
  const prior = pledgeRequest()
  const request = registrarSigner.sign(
    writeVoucherRequest({ createdOn: now, serialNumber, nonce, priorSignedVoucherRequest: prior }),
  )
  const signed = signedVoucher()
  let believed = 0
  for (let played = 0; played < count; played++) {
    const originals = [signed, prior, request] as const
    const which = next() % originals.length
    const octets = mutated(originals[which]!, next)
    if (which === 0) {
      const answer = checkVoucher(octets, question, brskiCrypto)
      if (answer.type === 'verified') assert.deepEqual(answer.accepted.voucher, voucher)
      if (answer.type === 'verified') believed += 1
    } else if (which === 1) {
      const serverCertificate = registrar.certificate.der
      const connection = { client: box.certificate, clientChain: [], serverCertificate, makers: [deviceCa.certificate] }
      const answer = checkPledgeRequest(octets, connection, now, brskiCrypto)
      if (answer.type === 'verified') assert.equal(answer.pledge.request.nonce, nonce)
      if (answer.type === 'verified') believed += 1
    } else {
      const device = { serialNumber, owners: 'any' } as const
      const policy = {
        makers: [deviceCa.certificate],
        device: () => device,
        noncelessDomains: [],
        pin: 'farthest',
      } as const
      const answer = checkRegistrarRequest(octets, { ...policy, pledgeRequest: 'required' }, now, brskiCrypto)
      if (answer.type === 'granted') assert.equal(answer.grant.voucher.nonce, nonce)
      if (answer.type === 'granted') believed += 1
    }
    for (const read of [readCertificate, readCertificateRequest, readCertificates]) read(octets)
  }
  return { played: count, believed }
}

/** One to four octets changed, cut out, doubled or put in. */
function mutated(original: Uint8Array, next: () => number): Uint8Array {
  let octets = Uint8Array.from(original)
  for (let changes = 1 + (next() % 4); changes > 0; changes--) {
    const at = next() % octets.length
    const kind = next() % 4
    if (kind < 2) octets[at]! ^= 1 + (next() % 255)
    else if (kind === 2)
      octets = Uint8Array.from([...octets.subarray(0, at), ...octets.subarray(at + 1 + (next() % 8))])
    else octets = Uint8Array.from([...octets.subarray(0, at), next() & 0xff, ...octets.subarray(at)])
    if (octets.length === 0) octets = Uint8Array.of(0)
  }
  return octets
}
