/** A router that is asked over NETCONF, as the operator names it. @module */
import { NetconfRouter } from '@vagus/router'
import { listsOf, patternOf } from '@vagus/southbound'

export interface NetconfAt {
  readonly host: string
  readonly port: number
  readonly user?: string
}

/** RFC 6242 §5: the port of NETCONF over SSH. */
const netconfPort = 830

const placeForm = /^(?:([^-@\s][^@\s]*)@)?(?:\[([\da-f:.]+(?:%[\w.-]+)?)\]|([^-:@\s[\]][^:@\s[\]]*))(?::(\d{1,5}))?$/i

/** `USER@HOST:PORT`, user and port as may be; an IPv6 address with a port in brackets. Undefined: it is none. */
export function netconfPlaceOf(text: string): NetconfAt | undefined {
  const isBare = /^(?:[^@\s]+@)?[\da-f]*:[\da-f:.]*:[\da-f:.]*$/i.test(text)
  const [, user, bracketed, host = bracketed, port = String(netconfPort)] =
    placeForm.exec(isBare ? text.replace(/^([^@]*@)?(.*)$/, '$1[$2]') : text) ?? []
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) return undefined
  return { host, port: Number(port), ...(user === undefined ? {} : { user }) }
}

export interface NetconfRouterOptions extends NetconfAt {
  /** File of `ssh -F`. */
  readonly sshConfig?: string
  /** Tells its commits from those of other agents at the router; the same when it starts again. */
  readonly agent?: string
  /** Which data AI agents may commit, as patterns of the operator. */
  readonly configures: readonly string[]
}

/** Nothing is opened yet. @throws {RangeError} of a pattern, or of a place that ssh would take for something else */
export function netconfRouterOf({ configures: written, ...place }: NetconfRouterOptions): {
  readonly router: NetconfRouter
  readonly configures: readonly string[]
} {
  const other = written.find((text) => !text.trimStart().startsWith('/'))
  if (other !== undefined)
    throw new RangeError(
      `--configures has paths of YANG data, such as "/ietf-interfaces:interfaces/interface[name=*]/description", got "${other}"`,
    )
  const configures = written.map(patternOf)
  return { router: new NetconfRouter({ ...place, lists: listsOf(configures) }), configures }
}
