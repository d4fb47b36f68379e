/** Finds the pre-shared keys that a commit or a welcome names (RFC 9420 §8.4, §8.6). @module */
import type { Epoch } from './epoch.ts'
import type { MlsHost } from './host.ts'
import { equalOctets } from './octets.ts'
import type { PskId } from './proposal.ts'
import { pskSecretOf } from './psk.ts'
import { RefusalError } from './refusal.ts'
import type { Suite } from './suite.ts'

/**
 * @param epoch whose resumption secrets there are; a new member has none
 * @throws {RefusalError} `psk` if one is not here
 */
export function pskSecretFor(
  suite: Suite,
  host: MlsHost,
  ids: readonly PskId[],
  epoch?: Pick<Epoch, 'context' | 'secrets' | 'resumptions'>,
): Uint8Array {
  return pskSecretOf(
    suite,
    ids.map((id) => ({ id, psk: pskOf(host, id, epoch) })),
  )
}

function pskOf(
  host: MlsHost,
  id: PskId,
  epoch: Pick<Epoch, 'context' | 'secrets' | 'resumptions'> | undefined,
): Uint8Array {
  if (id.type === 'external') {
    const psk = host.psk?.(id.pskId)
    if (psk === undefined) throw new RefusalError('psk', 'an external pre-shared key is not here')
    return psk
  }
  const secret =
    epoch !== undefined && equalOctets(id.groupId, epoch.context.groupId)
      ? [{ epoch: epoch.context.epoch, secret: epoch.secrets.resumption }, ...epoch.resumptions].find(
          (each) => each.epoch === id.epoch,
        )
      : undefined
  if (secret === undefined) throw new RefusalError('psk', `the resumption secret of epoch ${id.epoch} is not here`)
  return secret.secret
}
