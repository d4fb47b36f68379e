/** What a server refused, as a RouterError (RFC 6241 appendix A). @module */
import type { RpcError } from '@vagus/netconf'
import { RouterError } from '../errors.ts'
import { oneLine } from './ssh-failure.ts'

/** Of one reply; a configuration with a thousand faults has them in its first ones, too. */
const maxErrors = 3

/** `unsupported` where the server knows no such operation. @param what was asked, as `edit-config` */
export function refusalOf(place: string, what: string, errors: readonly RpcError[]): RouterError {
  const faults = errors.filter(({ severity }) => severity === 'error')
  const told = faults.slice(0, maxErrors).map(sentence).join('; ')
  const more = faults.length > maxErrors ? `; and ${faults.length - maxErrors} more` : ''
  const code = faults[0]?.tag === 'operation-not-supported' ? 'unsupported' : 'refused'
  return new RouterError(code, `NETCONF at ${place} refused ${what}: ${told}${more}`, { cause: errors })
}

function sentence({ type, tag, appTag, path, message, info, holder }: RpcError): string {
  const text = oneLine(message ?? '')
  const details = [
    tag || type || 'without a tag',
    ...(appTag === undefined ? [] : [oneLine(appTag)]),
    ...(path === undefined ? [] : [`at ${oneLine(path)}`]),
    ...heldBy(tag, holder),
    ...(info === '' ? [] : [oneLine(info)]),
  ].join(', ')
  return text === '' ? details : `${text} (${details})`
}

function heldBy(tag: string, holder: number | undefined): readonly string[] {
  if ((tag !== 'lock-denied' && tag !== 'in-use') || holder === undefined) return []
  return [holder === 0 ? 'held by something other than NETCONF, such as its command line' : `held by session ${holder}`]
}
