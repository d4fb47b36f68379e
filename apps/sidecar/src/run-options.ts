/** With what a side-car runs as a process. @module */
import type { EnergyOptions, Proxy } from '@vagus/agent'
import type { AgentId } from '@vagus/identity'
import type { Keyring } from '@vagus/keyring'
import type { Tracer } from '@vagus/observability'
import type { ServiceName } from '@vagus/qos'
import type { AnyMetric } from '@vagus/signals'
import type { FindRule } from './found/find-rule.ts'
import type { GatewayOptions } from './gateway/gateway.ts'
import type { Tokens } from './local/guard.ts'
import type { RefusedCall } from './roster/fleet.ts'
import type { Exposed } from './served/exposure.ts'
import type { SidecarOptions } from './sidecar.ts'

export interface RunOptions {
  readonly keyring: Keyring
  /** An agent of the keyring; made when there is none. */
  readonly name: string
  readonly exposed: Exposed
  /** URIs of sockets for other agents: `udp://0.0.0.0:7601`. */
  readonly listen: readonly string[]
  /** URIs published beside those of the sockets, such as a TLS proxy's. */
  readonly reachedAt?: readonly string[]
  readonly relays: readonly string[]
  /** Folders of signed documents, asked before the controller; the keyring's own is asked first. */
  readonly folders: readonly string[]
  /** `http://127.0.0.1:7600`; `undefined`: no controller is asked and told. */
  readonly controller: string | undefined
  readonly allowed: readonly string[]
  /** Of a fleet to which the agent belongs: its roster says who may call whom for what, beside `allowed`. */
  readonly owner?: AgentId | undefined
  /** Files with the delegations in whose name the agent acts, the root's first; empty: it acts in its own name. */
  readonly actFor?: readonly string[]
  /** As of `SidecarOptions`. */
  readonly service?: ServiceName | undefined
  /** Whether packets carry the code point of their service; default `on` once somebody has chosen a service. */
  readonly marks?: 'on' | 'off' | undefined
  /** Who may answer to a skill or a role; default the agents of this host, with a fleet its members. */
  readonly find?: readonly FindRule[]
  /** As of `AgentOptions`. */
  readonly proxy?: Proxy | undefined
  readonly traversal?: 'punch' | 'never'
  /** As of `AgentOptions`. */
  readonly padFor?: readonly string[]
  readonly padTo?: 'padme' | 'classes'
  /** As of `AgentOptions`; what the side-car sends from time to time then goes with the beat. */
  readonly energy?: EnergyOptions | undefined
  /** For local programs; 0: one that the kernel chooses. */
  readonly port: number
  /** The first, if any, is for the program. */
  readonly tokens: Tokens
  /** As of `SidecarOptions`. */
  readonly gateway?: GatewayOptions | undefined
  /** What to run beside; empty: nothing, until `signal` is aborted. */
  readonly program: readonly string[]
  /** `mcp`: the program is no such one, but an MCP server over its standard input and output, one for each session. */
  readonly programSpeaks?: 'mcp' | undefined
  /** The program is ours, for a router: it calls nobody, and `--serve-at` says where it listens. */
  readonly isOf?: 'a router' | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Is told of calls that the roster of `owner` does not allow. */
  readonly onRefused?: ((call: RefusedCall) => void) | undefined
  /** What people are told at the start; `who and where`: addresses of local servers are secrets of the program around it. */
  readonly tells?: 'all' | 'who and where'
  /** Gets the address where local programs call others, `http://127.0.0.1:40000/t/TOKEN/agents/`, once it serves. */
  readonly whenServing?: (agents: string) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
  readonly signal: AbortSignal
  /** As of `SidecarOptions`. */
  readonly tracer?: Tracer | undefined
  readonly counts?: SidecarOptions['counts']
  /** Gets what is counted, once the side-car serves. */
  readonly whenCounting?: (metrics: () => readonly AnyMetric[]) => void
}
