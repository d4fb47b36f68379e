/** Finds the pre-shared keys that a commit or a welcome names (RFC 9420 §8.4, §8.6). @module */
import type { Epoch } from './epoch.ts'
import type { MlsHost } from './host.ts'
import { equalOctets } from './octets.ts'
import type { PskId } from './proposal.ts'
import { pskSecretOf } from './psk-secret.ts'
import { RefusalError } from './refusal.ts'
import type { Suite } from './suite.ts'

/**
 * @param epoch whose resumption secrets there are; a new member has none
 * @throws {RefusalError} `psk` if one is not here
 */
export function pskSecretFor(suite: Suite, host: MlsHost, ids: readonly PskId[], epoch?: Resumable): Uint8Array {
  return pskSecretOf(
    suite,
    ids.map((id) => ({ id, psk: pskOf(host, id, epoch) })),
  )
}

type Resumable = Pick<Epoch, 'context' | 'secrets' | 'resumptions'>

export const hasPsk = (host: MlsHost, id: PskId, epoch: Resumable): boolean => foundPsk(host, id, epoch) !== undefined

function pskOf(host: MlsHost, id: PskId, epoch: Resumable | undefined): Uint8Array {
  const psk = foundPsk(host, id, epoch)
  if (psk !== undefined) return psk
  const what = id.type === 'external' ? 'an external pre-shared key' : `the resumption secret of epoch ${id.epoch}`
  throw new RefusalError('psk', `${what} is not here`)
}

function foundPsk(host: MlsHost, id: PskId, epoch: Resumable | undefined): Uint8Array | undefined {
  if (id.type === 'external') return host.psk?.(id.pskId)
  if (epoch === undefined || !equalOctets(id.groupId, epoch.context.groupId)) return undefined
  if (id.epoch === epoch.context.epoch) return epoch.secrets.resumption
  return epoch.resumptions.find((each) => each.epoch === id.epoch)?.secret
}
