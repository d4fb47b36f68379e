/** A call that a policy of a fleet refused, as the record of a device has it. @module */
import type { RefusedCall } from '@vagus/sidecar'
import { outsiderText } from '@vagus/sidecar/outsider'

/** Characters of a name in the record: one of a caller outside is an issuer's. */
const longestName = 200

/** Of one for whom a gateway asked, both names. */
export const refusedCaller = ({ caller, member, outsider }: RefusedCall) => {
  const name = outsider === undefined ? (member ?? null) : `${outsiderText(outsider)} by ${member ?? caller}`
  return { kind: 'agent', id: caller, name: name?.slice(0, longestName) ?? null } as const
}

/** Such as `mcp tools/call network_commit`. */
export const refusedWords = ({ protocol, operation, tool }: RefusedCall['call']): string =>
  [protocol, operation, tool].filter((word) => word !== undefined).join(' ')
