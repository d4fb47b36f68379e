/**
 * The AS path as sent to a neighbour. FRR shows routes before it adds its own AS, which it does only when
 * the UPDATE is made (RFC 4271 §5.1.2, RFC 7947 §2.2.2.1).
 * @module
 */

/** Fields of `show bgp neighbors json` that decide which ASes are added; `localAs` is that of `local-as`, if any. */
export interface PathRules {
  readonly remoteAs: number
  readonly localAs: number
  readonly localAsReplaceAs?: boolean
}

export interface FamilyPathRules {
  readonly routeServerClient?: boolean
  readonly unchangedAsPathPropogatedToNbr?: boolean
}

/** `own`: the AS of the router itself. */
export function sentPath(
  shown: readonly number[],
  own: number,
  { remoteAs, localAs, localAsReplaceAs }: PathRules,
  { routeServerClient, unchangedAsPathPropogatedToNbr }: FamilyPathRules = {},
): readonly number[] {
  const isUnchanged = unchangedAsPathPropogatedToNbr === true && shown.length > 0
  if (remoteAs === own || routeServerClient === true || isUnchanged) return shown
  return localAs === own || localAsReplaceAs === true ? [localAs, ...shown] : [localAs, own, ...shown]
}
