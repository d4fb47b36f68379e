/**
 * How names become agents. The library believes nothing that a look-up says: each document is verified, and the session
 * proves the key that it names. A folder, a controller's list or a directory fills this port.
 * @module
 */
import type { CompactJws } from '@vagus/identity'

/** At most so many answers to one name are tried; the rest is left out. */
export const maxFoundDocuments = 16

/** What is known of an agent: its document, and for a short-lived child what it is delegated from. */
export interface Found {
  readonly document: CompactJws
  /** The document of the root and the delegations from it, the root's first; left out when it speaks for itself. */
  readonly rootDocument?: CompactJws
  readonly delegations?: readonly CompactJws[]
}

export interface Lookup {
  /**
   * Every agent that goes by `name`: a `did:key:…`, an alias (`alsoKnownAs`) or a name that the look-up itself gives
   * out. Empty when there is none. The preferred first. Asked again whenever a connection is opened anew, so it should
   * cache. A rejection counts as an outage: open exchanges wait, and ask again.
   */
  find(name: string, options: { readonly signal: AbortSignal }): Promise<readonly Found[]>
}
