/**
 * What a server says of itself to clients of OAuth (RFC 9728), which compare its `resource` with the address that they
 * call. Between the side-cars that is a path below the agent, as in fields. Authorization servers stay as they are: they
 * are asked without side-cars, and clients compare their names, too.
 * @module
 */
import { jsonObject } from './json-object.ts'

/** Longer ones go through as they are. */
const maxOctets = 256 * 1024

/** Whether metadata is what is asked for (§3.1). */
export const isMetadataTarget = (target: string): boolean =>
  /^\/\.well-known\/oauth-protected-resource(?=[/?]|$)/.test(target)

/** Without what was signed (§2.2), which names the other address. `undefined`: it is no metadata. */
export function withResource(text: string, change: (resource: string) => string): string | undefined {
  const { resource, signed_metadata: _, ...others } = jsonObject(text) ?? {}
  return typeof resource === 'string' ? JSON.stringify({ resource: change(resource), ...others }) : undefined
}

/** The same of content that comes in parts. */
export async function* metadataWith(
  content: AsyncIterable<Uint8Array>,
  change: (resource: string) => string,
): AsyncGenerator<Uint8Array> {
  const held: Uint8Array[] = []
  let octets = 0
  for await (const part of content) {
    octets += part.length
    held.push(part)
    if (octets > maxOctets) yield* held.splice(0)
  }
  const rest = Buffer.concat(held)
  const changed = octets > maxOctets ? undefined : withResource(rest.toString('utf8'), change)
  yield changed === undefined ? rest : Buffer.from(changed)
}
