/**
 * `vagus device policy DEVICE`: the router configuration that traffic classes need, to read; or installed by the agent
 * for a while, then kept or taken back.
 * @module
 */
import type { PolicyChangeResource } from '@vagus/api/telemetry'
import { agentOf, agentOptions, type AgentPlace, policyWords, showWords } from '../bgp/agent.ts'
import type { Client, Resource } from '../client.ts'
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure, orSay } from '../failure.ts'
import { timeText } from '../format.ts'
import { jsonText } from '../json.ts'
import { printable } from '../table.ts'

/** Seconds, unless --within says otherwise. */
const usualWithin = 60

export const command = defineCommand({
  name: 'device policy',
  summary: "print or install the router's policy for its agent",
  effect: 'rw',
  examples: [
    { line: 'vagus device policy pe-1', does: "prints it in the router's own syntax; changes nothing" },
    { line: 'vagus device policy pe-1 --apply', does: 'installs it; after a minute it goes back by itself' },
    { line: 'vagus device policy pe-1 --confirm', does: 'keeps what was installed' },
  ],
  arguments: [{ name: 'DEVICE', description: 'a name of "vagus device ls"', presence: 'required' }],
  options: {
    apply: {
      type: 'flag',
      description:
        'install what is missing; it goes back by itself, also when the agent is stopped, but not when it is killed (only BIRD goes back then)',
    },
    within: {
      type: 'duration',
      value: 'TIME',
      description: 'with --apply: goes back after it unless confirmed, 1s to 1d (default: 60s)',
    },
    confirm: { type: 'flag', description: 'keep what --apply installed' },
    revert: { type: 'flag', description: 'take back what --apply installed, before its time' },
    ...agentOptions,
    ...jsonOption,
  },
  async run(call) {
    const { values, terminal } = call
    const asked = (['apply', 'confirm', 'revert'] as const).filter((one) => values[one])
    if (asked.length > 1) {
      const given = asked.map((one) => `--${one}`).join(' and ')
      throw new Failure(exitCode.usage, `${given} exclude each other`, 'first --apply, then --confirm or --revert')
    }
    const [what] = asked
    if (values.within !== undefined && what !== 'apply') {
      throw new Failure(exitCode.usage, '--within needs --apply', 'see: vagus device policy --help')
    }
    const place = { device: call.words[0]!, socket: values.socket }
    const agent = await agentOf(call, place.device)
    if (what === undefined) {
      const policy = await agent.get<Resource & { readonly text: string }>('RouterPolicy', '/v1/policy')
      terminal.out(values.json ? jsonText(policy) : policy.text)
      return exitCode.ok
    }
    const changed = await asks[what](agent, values.within ?? usualWithin).catch(orSay(fixes[what](place)))
    terminal.out(values.json ? jsonText(changed) : `${changeText(changed, place, new Date())}\n`)
    return exitCode.ok
  },
})

type Asked = 'apply' | 'confirm' | 'revert'
const path = '/v1/policy'
const asks: Readonly<Record<Asked, (agent: Client, seconds: number) => Promise<PolicyChangeResource>>> = {
  apply: (agent, seconds) => agent.change('PolicyChange', { method: 'POST', path, body: { seconds } }),
  confirm: (agent) => agent.change('PolicyChange', { method: 'POST', path: `${path}/confirmation` }),
  revert: (agent) => agent.change('PolicyChange', { method: 'DELETE', path }),
}

/** Where to look when the agent refuses: what is in the way of an installation is the operator's to write. */
const fixes: Readonly<Record<Asked, (place: AgentPlace) => string>> = {
  apply: (place) => `${policyWords(place)}   (what it needs, and where) · ${showWords(place)}`,
  confirm: showWords,
  revert: showWords,
}

/** What the policy needs to be there after a restart of the router. */
const lasting: Readonly<Record<PolicyChangeResource['router'], (place: AgentPlace) => string>> = {
  frr: () => 'so that it lasts over a restart of FRR: "write" in vtysh',
  gobgp: (place) =>
    `so that it lasts over a restart of GoBGP: into its configuration file, as ${policyWords(place)} prints it`,
  bird: () => 'it lasts over a restart of BIRD: it is in its file',
}

export function changeText(change: PolicyChangeResource, place: AgentPlace, now: Date): string {
  const { device, state, router, installed, goesBackAt } = change
  if (state === 'in-place') return `${device}: in place already; nothing was installed`
  if (state === 'reverted') return `${device}: taken back; the router has what it had before`
  if (state === 'confirmed') return `${device}: kept; ${lasting[router](place)}`
  return [
    `${device}: installed what was missing`,
    ...installed.map((line) => `  ${printable(line)}`),
    `goes back at ${timeText(goesBackAt ?? '', now.toISOString())} unless: ${policyWords(place, '--confirm')}`,
  ].join('\n')
}
