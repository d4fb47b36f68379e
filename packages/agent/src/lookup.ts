/**
 * How names become agents. The library trusts nothing that a look-up returns: each document is verified, and the
 * session proves the key that it names. A folder, a controller's list or a directory implements this port.
 * @module
 */
import type { CompactJws } from '@vagus/identity'

/** Maximum documents tried for one name; further ones are ignored. */
export const maxFoundDocuments = 16

/** What is known of an agent: its document, and for a short-lived child its delegation. */
export interface FoundAgent {
  readonly document: CompactJws
  /**
   * The document of the root, and the delegations from it, the root's first. Omitted if the agent speaks for itself.
   */
  readonly rootDocument?: CompactJws
  readonly delegations?: readonly CompactJws[]
}

export interface Lookup {
  /**
   * Every agent with the name `name`: a `did:key:…`, an alias (`alsoKnownAs`) or a name assigned by the look-up itself;
   * empty if there is none, preferred ones first. Called whenever a connection is opened, so it should cache. A
   * rejection counts as an outage: open exchanges wait, and ask again.
   */
  find(name: string, options: { readonly signal: AbortSignal }): Promise<readonly FoundAgent[]>
  /** The name that was probably meant, where nobody is called `name`. Looks at what is at hand only. */
  nameLike?(name: string): string | undefined
}
