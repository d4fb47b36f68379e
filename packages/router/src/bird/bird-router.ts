/**
 * BIRD 2 through its control socket: its state, and the policy as one file that its configuration includes. BIRD itself
 * reverts an unconfirmed change (`configure timeout`), even when this process has ended.
 * @module
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { RouterError } from '../errors.ts'
import type {
  CliOutput,
  Neighbour,
  PolicyChange,
  PolicyCheck,
  PolicyPlan,
  ReadCommand,
  Router,
  RouterFacts,
  RouterRoute,
} from '../router.ts'
import { BirdConfiguration } from './bird-configuration.ts'
import { type BirdLine, ControlSocket } from './control-socket.ts'
import { agentProtocol, internalFunction, linkFunction, policyParts, policyText } from './policy.ts'

export interface BirdOptions {
  /** /run/bird/bird.ctl on Debian. */
  readonly socket: string
  /** The file that the policy is written to; the configuration must include it. */
  readonly policyFile: string
  /** The file with what AI agents set; the configuration must include it. Beside the policy unless given. */
  readonly agentsFile?: string
}

/** BIRD's answer to `configure confirm` where there was something to confirm. */
const confirmed = 18
/**
 * Seconds for which BIRD waits longer than whoever applies a change: until then what it has no more to confirm was
 * configured by somebody else, and not taken back by BIRD.
 */
const grace = 5

/** `before`: the file of the policy, null where there was none. */
interface SavedChange {
  readonly missing: readonly string[]
  readonly before: string | null
  readonly text: string
}

export class BirdRouter implements Router {
  readonly kind = 'bird'
  readonly #control: ControlSocket
  readonly #policyFile: string
  readonly configuration: BirdConfiguration

  constructor({ socket, policyFile, agentsFile = join(dirname(policyFile), 'vagus-agents.conf') }: BirdOptions) {
    this.#control = new ControlSocket(socket)
    this.#policyFile = policyFile
    this.configuration = new BirdConfiguration(this.#control, agentsFile)
  }

  async facts(): Promise<RouterFacts> {
    const status = textOf(await this.#control.ask('show status'))
    const protocols = textOf(await this.#control.ask('show protocols all'))
    return {
      software: /^(BIRD \S+)/m.exec(status)?.[1] ?? 'BIRD',
      as: Number(/Local AS:\s+(\d+)/.exec(protocols)?.[1] ?? 0),
      identifier: /Router ID is (\S+)/.exec(status)?.[1] ?? '',
    }
  }

  async neighbours(): Promise<readonly Neighbour[]> {
    const lines = await this.#control.ask('show protocols all')
    const heads = lines.flatMap(({ code, text }, at) => (code === 1002 ? [{ at, text }] : []))
    return heads.flatMap(({ at, text }, index) => {
      const [name, kind, , state] = text.trim().split(/\s+/)
      if (kind !== 'BGP') return []
      const details = textOf(lines.slice(at + 1, heads[index + 1]?.at))
      const field = (title: string): string | undefined => new RegExp(`${title}:\\s+(\\S+)`).exec(details)?.[1]
      const [identifier, source] = [field('Neighbor ID'), field('Source address')]
      const [address = '', interfaceName] = field('Neighbor address')?.split('%') ?? []
      return [
        {
          name: name!,
          address,
          ...(interfaceName === undefined ? {} : { interfaceName }),
          as: Number(field('Neighbor AS') ?? 0),
          ...(identifier === undefined ? {} : { identifier }),
          ...(source === undefined ? {} : { localAddress: source }),
          state: state === 'up' ? 'established' : 'down',
        } as const,
      ]
    })
  }

  async route(prefix: string): Promise<RouterRoute | undefined> {
    return routeOf(prefix, await this.#control.ask(`show route primary all for ${prefix}`))
  }

  async advertised(neighbour: string, prefix: string): Promise<RouterRoute | undefined> {
    if (!/^\w+$/.test(neighbour)) throw new RouterError('refused', `"${neighbour}" is not a name of a protocol`)
    const exported = await this.#control.ask(`show route export ${neighbour} all for ${prefix}`).catch(ifUntold)
    const route = routeOf(prefix, exported)
    if (route === undefined) return undefined
    const protocol = textOf(await this.#control.ask(`show protocols all ${neighbour}`))
    return { ...route, asPath: [...addedAs(protocol), ...route.asPath] }
  }

  async snippet(plan: PolicyPlan): Promise<string> {
    const calls = [
      ...plan.links.flatMap(({ name, neighbours }) => neighbours.map((one) => `${one}: ${linkFunction(name)}();`)),
      ...plan.internal.map((one) => `${one}: ${internalFunction}();`),
    ]
    const header = [
      `# In the main configuration, above the filters that call its functions:  include "${this.#policyFile}";`,
      '# and in the export filter of',
    ]
    return `${[...header, ...calls.map((call) => `#   ${call}`)].join('\n')}\n\n${policyText(plan)}`
  }

  /** BIRD does not show its filters: only its announcements, once a class is requested, show that they call ours. */
  async checkPolicy(plan: PolicyPlan): Promise<PolicyCheck> {
    const written = await readFile(this.#policyFile, 'utf8').catch(() => undefined)
    const isLoaded = await this.#isLoaded()
    const missing = [
      // The plan omits a link that is down, but the file may still have it.
      ...(policyParts(plan).every((part) => written?.includes(part))
        ? []
        : [`${this.#policyFile} has not the text that "vagus device policy" prints`]),
      ...(isLoaded ? [] : [`BIRD has no protocol "${agentProtocol}": include "${this.#policyFile}" and reload`]),
    ]
    return {
      state: missing.length === 0 ? 'in-place' : missing.length === 2 ? 'absent' : 'incomplete',
      missing,
      problems: [],
    }
  }

  /** Whether BIRD's configuration includes the file is seen when it is applied: `apply` rejects with `unsupported`. */
  async policyChange(plan: PolicyPlan): Promise<PolicyChange | undefined> {
    const { missing } = await this.checkPolicy(plan)
    if (missing.length === 0) return undefined
    const before = await readFile(this.#policyFile, 'utf8').catch(ifAbsent)
    return this.#policyChange({ missing, before: before ?? null, text: policyText(plan) }, 'not read')
  }

  /** BIRD may have read it before the other process died. */
  policyChangeOf(saved: object): PolicyChange {
    return this.#policyChange(saved as SavedChange, 'read')
  }

  #policyChange(saved: SavedChange, state: 'read' | 'not read'): PolicyChange {
    const { missing, before, text } = saved
    let isRead = state === 'read'
    return {
      installed: missing,
      saved,
      apply: async (confirmWithin) => {
        await this.#write(text)
        await this.#control.ask('configure check')
        isRead = true
        await this.#control.ask(`configure timeout ${Math.ceil(confirmWithin) + grace}`)
        if (await this.#isLoaded()) return
        const problem = `the configuration of BIRD does not include "${this.#policyFile}", as the first lines of "vagus device policy" say`
        throw new RouterError('unsupported', problem)
      },
      confirm: async () => {
        if ((await this.#confirm()) || (await this.#isLoaded())) return
        throw new RouterError(
          'refused',
          'BIRD has gone back already: revert the change, and install the policy once more',
        )
      },
      revert: async () => {
        await this.#write(before ?? undefined)
        if (!isRead) return
        // Only a change that was not confirmed is ours to undo: somebody may have configured BIRD since, or started it again.
        if (await this.#confirm()) await this.#control.ask('configure undo')
        else if (await this.#isLoaded()) await this.#control.ask('configure')
      },
    }
  }

  /** On a connection of its own: a long answer keeps nobody waiting, and one that is too late ends with it. */
  async cli(
    { command }: ReadCommand,
    { timeout, maxOctets }: { readonly timeout: number; readonly maxOctets: number },
  ): Promise<CliOutput> {
    const control = this.#control.another({ patience: timeout })
    try {
      const text = Buffer.from(`${textOf(await control.ask(command))}\n`)
      return { output: text.subarray(0, maxOctets).toString(), truncated: text.length > maxOctets }
    } finally {
      control.close()
    }
  }

  close(): void {
    this.#control.close()
  }

  async #isLoaded(): Promise<boolean> {
    const known = await this.#control.ask(`show protocols ${agentProtocol}`).catch(() => [])
    return known.some(({ code, text }) => code === 1002 && text.startsWith(`${agentProtocol} `))
  }

  /** Whether there was something to confirm. */
  async #confirm(): Promise<boolean> {
    return (await this.#control.ask('configure confirm')).some(({ code }) => code === confirmed)
  }

  /** Writes the file atomically; `undefined` removes it. */
  async #write(text: string | undefined): Promise<void> {
    if (text === undefined) return rm(this.#policyFile, { force: true })
    const draft = `${this.#policyFile}.new`
    await writeFile(draft, text)
    await rename(draft, this.#policyFile).catch(async (error: unknown) => {
      await rm(draft, { force: true })
      throw error
    })
  }
}

/** A file that cannot be read is not absent: reverting would remove it. */
function ifAbsent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

/** BIRD's answers for a protocol that is down or has no channel of the prefix's family: nothing is announced to it. */
function ifUntold(error: unknown): readonly BirdLine[] {
  if (error instanceof RouterError && error.message.endsWith(': No valid tables')) return []
  throw error
}

const textOf = (lines: readonly BirdLine[]): string => lines.map(({ text }) => text).join('\n')

/** What BIRD adds to an AS path after the export filter, whose result it shows (RFC 4271 §5.1.2, RFC 7947 §2.2.2.1). */
function addedAs(protocol: string): readonly number[] {
  const session = /Session:\s+(.*)/.exec(protocol)?.[1] ?? ''
  const local = /Local AS:\s+(\d+)/.exec(protocol)?.[1]
  return local !== undefined && session.includes('external') && !session.includes('route-server') ? [Number(local)] : []
}

/** The first route to exactly this prefix in an answer to `show route … all`. */
function routeOf(prefix: string, lines: readonly BirdLine[]): RouterRoute | undefined {
  const at = lines.findIndex(({ code, text }) => code === 1007 && text.startsWith(`${prefix} `))
  if (at < 0) return undefined
  const rest = lines.slice(at + 1)
  const ends = rest.findIndex(({ code, text }) => code === 1007 && /\[\w+ /.test(text))
  const all = textOf(rest.slice(0, ends < 0 ? undefined : ends))
  const field = (name: string): string | undefined => new RegExp(`BGP\\.${name}: (.*)`).exec(all)?.[1]?.trim()
  const [med, localPref] = [field('med'), field('local_pref')]
  const from = /\[(\w+) /.exec(lines[at]!.text)?.[1]
  return {
    prefix,
    nextHop: field('next_hop')?.split(' ')[0] ?? '',
    asPath: (field('as_path') ?? '')
      .split(/[ {}()]+/)
      .filter(Boolean)
      .map(Number),
    largeCommunities: [...(field('large_community') ?? '').matchAll(/\((\d+), (\d+), (\d+)\)/g)].map(
      ([, one, two, three]) => `${one}:${two}:${three}`,
    ),
    ...(from === undefined ? {} : { from }),
    ...(med === undefined ? {} : { med: Number(med) }),
    ...(localPref === undefined ? {} : { localPref: Number(localPref) }),
  }
}
