/** What a server refused, as a RouterError (RFC 6241 appendix A). @module */
import type { RpcError } from '@vagus/netconf'
import { hidden, isSecretName } from '@vagus/southbound'
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
    ...(path === undefined ? [] : [`at ${oneLine(pathShown(path))}`]),
    ...heldBy(tag, holder),
    ...(info === '' ? [] : [oneLine(infoShown(info, path))]),
  ].join(', ')
  return text === '' ? details : `${text} (${details})`
}

/** A predicate of an XPath, whose prefixes are the server's. */
const predicate = /\[\s*(?:[\w.-]+:)?([\w.-]+)\s*=\s*(?:'[^']*'|"[^"]*")\s*\]/g
const names = /[\w.-]+(?=\s*(?:\[|\/|$))/g

const isInSecret = (path: string): boolean => (path.replaceAll(predicate, '').match(names) ?? []).some(isSecretName)

/** AI agents read it: of what is about a credential, keys are hidden. */
const pathShown = (path: string): string =>
  path.replaceAll(predicate, (whole, key: string) =>
    isSecretName(key) || isInSecret(path) ? `[${key}='${hidden}']` : whole,
  )

/** `NAME: VALUE, NAME: VALUE`; `bad-value` has the value of the node at the path. */
const infoShown = (info: string, path: string | undefined): string =>
  info.replaceAll(/([\w.-]+): (.*?)(?=, [\w.-]+: |$)/gs, (whole, name: string) =>
    isSecretName(name) || (name === 'bad-value' && path !== undefined && isInSecret(path))
      ? `${name}: ${hidden}`
      : whole,
  )

function heldBy(tag: string, holder: number | undefined): readonly string[] {
  if ((tag !== 'lock-denied' && tag !== 'in-use') || holder === undefined) return []
  return [holder === 0 ? 'held by something other than NETCONF, such as its command line' : `held by session ${holder}`]
}
