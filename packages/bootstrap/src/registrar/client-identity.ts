/** Who a client of the registrar is, by its certificate: a device of a maker, or a member of the domain. @module */
import { isRefused, oids, refused, type Refused } from '@vagus/brski'
import { agentOf, brskiCrypto } from '@vagus/pki'
import type { Exchange } from '../http/serve.ts'
import type { Maker, Member, PledgeFacts, RegistrarOptions } from './options.ts'

export type Client =
  | { readonly type: 'pledge'; readonly facts: PledgeFacts; readonly maker: Maker }
  | { readonly type: 'member'; readonly member: Member }

/** Refused as `client` without a certificate, else as `untrusted`, `stale` or `serial`. */
export function clientOf(
  { client, from }: Pick<Exchange, 'client' | 'from'>,
  { credentials, makers }: RegistrarOptions,
  now: number,
): Client | Refused {
  if (client === undefined) {
    return refused('client', 'the TLS client showed no certificate; a device shows its IDevID, a member its LDevID')
  }
  const { certificate, chain } = client
  const serialNumber = certificate.deviceSerial
  const question = { leaf: certificate, between: chain, now }
  const inDomain = brskiCrypto.pathOf({ ...question, anchors: [credentials.ca.certificate] })
  if (!isRefused(inDomain) && inDomain.length > 1 && certificate.purposes?.includes(oids.cmcRa) !== true) {
    if (serialNumber === undefined) return refused('serial', `${certificate.subject} has no serialNumber`)
    return { type: 'member', member: { serialNumber, certificate, agentId: agentOf(certificate.publicKey) } }
  }
  let closest: Refused | undefined = isRefused(inDomain) && inDomain.because.code === 'stale' ? inDomain : undefined
  for (const maker of makers) {
    const path = brskiCrypto.pathOf({ ...question, anchors: maker.anchors })
    if (isRefused(path)) {
      if (path.because.code === 'stale') closest = path
      continue
    }
    if (serialNumber === undefined) return refused('serial', `${certificate.subject} has no serialNumber`)
    return { type: 'pledge', facts: { serialNumber, maker: maker.name, idevid: certificate, from }, maker }
  }
  return (
    closest ??
    refused(
      'untrusted',
      `${certificate.subject}, issued by ${certificate.issuer}, is neither of this domain nor of a maker known here (${makers.map(({ name }) => name).join(', ') || 'none'})`,
    )
  )
}
