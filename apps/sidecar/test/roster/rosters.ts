/** Rosters for tests, signed by owners of their own. */
import assert from 'node:assert/strict'
import { agentIdOf, beginKeyLog, type Member, type ServiceRule, signRoster } from '@vagus/identity'
import { identityCrypto, randomOctets, signerOf } from '@vagus/transport'

export const everything = 'permit (principal, action, resource);'

export interface TestOwner {
  readonly id: string
  sign(roster: {
    epoch: number
    members?: readonly Member[]
    policies?: string
    services?: readonly ServiceRule[]
    from?: number
    seconds?: number
  }): string
}

export function newOwner(): TestOwner {
  const signer = signerOf(randomOctets(32))
  const log = beginKeyLog(signer, signerOf(randomOctets(32)).publicKey, identityCrypto)
  return {
    id: agentIdOf(signer.publicKey),
    sign({ epoch, members = [], policies = everything, services = [], from = Date.now(), seconds = 90 * 86_400 }) {
      const iat = Math.floor(from / 1000)
      const signed = signRoster(
        { epoch, iat, exp: iat + seconds, members, policies, services },
        log,
        signer,
        identityCrypto,
      )
      assert.ok(signed.type === 'signed', JSON.stringify(signed))
      return signed.roster.jws
    },
  }
}

export const newId = (): string => agentIdOf(signerOf(randomOctets(32)).publicKey)
