/** Variables of the environment that are meant for Vagus and that nothing reads: a mistyped one would be ignored silently. @module */
import { nearestOf } from '@vagus/api/nearest'

type Environment = Readonly<Record<string, string | undefined>>

const prefix = 'VAGUS_'

/** All but those of keys of vagus.yaml, without `VAGUS_`. */
const known: ReadonlySet<string> = new Set(
  [
    'CONTROLLER TOKEN CONFIG HOME DEBUG DATA TRACES_AGENTS',
    // What a side-car tells the program beside it, and the server over stdio that it starts for a caller.
    'AGENTS_URL GROUPS_URL AGENT_ID AGENT_NAME CALLER_ID CALLER_ROLE CALLER_NAME',
    'MEMBER_NAME MEMBER_ROLES OUTSIDER OUTSIDER_ISSUER OUTSIDER_SCOPES OUTSIDER_GROUPS',
    // Of tests, packages and deploy/, which start commands with their own environment.
    'SEED RUNS SETUP REQUIRE DEBS IMAGE BENCH_SAYS BRSKI',
  ].flatMap((names) => names.split(' ')),
)

/** Kubernetes tells each container of a service "vagus", or "vagus-…", in variables that nobody typed. */
const ofKubernetes = /(^|_)SERVICE_(HOST|PORT(_\w+)?)$|(^|_)PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/
const isLocator = /^(tcp|udp|sctp):\/\//

/** A line for people of each; the names that keys of vagus.yaml have are asked for only where one is not known without. */
export async function unknownVariables(environment: Environment): Promise<readonly string[]> {
  const odd = Object.entries(environment).flatMap(([name, value = '']) => {
    const rest = name.slice(prefix.length)
    if (!name.startsWith(prefix) || known.has(rest) || ofKubernetes.test(rest) || isLocator.test(value)) return []
    return [rest]
  })
  if (odd.length === 0) return []
  const { environmentNames } = await import('@vagus/controller')
  const all = new Set([...known, ...environmentNames().map((name) => name.slice(prefix.length))])
  return odd
    .filter((rest) => !all.has(rest))
    .map((rest) => {
      const near = nearestOf(rest, all)
      const right =
        near === undefined ? 'those that are: man vagus, vagus config explain' : `did you mean ${prefix}${near}?`
      return `${prefix}${rest} is no variable of Vagus, and is ignored; ${right}`
    })
}
