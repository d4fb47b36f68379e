/**
 * What a request from outside is for, by its target. Names are compared as they are written: one that is encoded, doubled or
 * led around by dots is none that is published.
 * @module
 */
import { isMetadataTarget } from '../wire/resource-metadata.ts'
import { ProblemError } from '../wire/problem.ts'

export type Place =
  | { readonly kind: 'index' }
  /** Of RFC 9728: of the agent, or of what is below it. */
  | { readonly kind: 'metadata'; readonly name: string }
  /** @param target path and query below the agent */
  | { readonly kind: 'agent'; readonly name: string; readonly target: string }

/** Where RFC 9728 §3.1 puts metadata: before the path of the resource. */
const metadataRoot = '/.well-known/oauth-protected-resource'

/** Both would show in logs and histories (RFC 6750 §2.3; MCP forbids it). */
const tokenParameter = /[?&](?:access_token|access%5ftoken|vagus-token)=/i

/**
 * @param target of the request line
 * @throws {ProblemError} `bad-request`, `no-such-path`
 */
export function placeOf(target: string): Place {
  checkWritten(target)
  const [path, query] = split(target)
  if (path === '/' || path === '/agents' || path === '/agents/') return { kind: 'index' }
  const isMetadata = path.startsWith(`${metadataRoot}/`)
  const [, name, below = ''] = agentPath.exec(isMetadata ? path.slice(metadataRoot.length) : path) ?? []
  if (name === undefined)
    throw new ProblemError('no-such-path', `call /agents/NAME/…; there is no "${path.slice(0, 80)}"`)
  const own = `${below || '/'}${query}`
  // Some clients look for it below the resource. What the agent's own server says there is not for outsiders.
  return isMetadata || isMetadataTarget(own) ? { kind: 'metadata', name } : { kind: 'agent', name, target: own }
}

const agentPath = /^\/agents\/([^/]+)(\/.*)?$/

/** @throws {ProblemError} `bad-request` */
function checkWritten(target: string): void {
  if (!/^\/[!-~]*$/.test(target) || target.includes('#'))
    throw new ProblemError(
      'bad-request',
      'the target of a request is a path of visible ASCII, such as /agents/NAME/mcp',
    )
  if (tokenParameter.test(target))
    throw new ProblemError(
      'bad-request',
      'a token goes into the field Authorization: Bearer TOKEN, never into the address',
    )
}

/** The query with its question mark, if there is one. */
function split(target: string): readonly [path: string, query: string] {
  const at = target.indexOf('?')
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at)]
}
