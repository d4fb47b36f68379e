/** `vagus grasp watch`: what is flooded on this machine's links. @module */
import type { Grasp } from '@vagus/asa'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { linkOptions } from '../grasp/options.ts'
import { printable } from '../table.ts'

export const command = defineCommand({
  name: 'grasp watch',
  summary: "what is flooded on this machine's links",
  effect: 'ro',
  examples: [
    { line: 'vagus grasp watch', does: 'agents, and proxies and channels of autonomic networks, until Ctrl-C' },
    { line: 'vagus grasp watch EX6 --plain --json', does: 'another objective, also through relays' },
  ],
  arguments: [{ name: 'OBJECTIVE', description: 'default: AgentCap, AN_ACP and AN_Proxy', presence: 'optional' }],
  options: linkOptions,
  async run({ values, words, terminal, signal }) {
    const [{ locatorText, withLinks }, { anyObjective, jsonOf }, { agentCap }, { textOf }] = await Promise.all([
      import('../grasp/links.ts'),
      import('../grasp/any-value.ts'),
      import('@vagus/grasp'),
      import('@vagus/asa'),
    ])
    const names = words.length > 0 ? words : [agentCap.name, 'AN_ACP', 'AN_Proxy']
    const show = async (grasp: Grasp, name: string): Promise<void> => {
      const agent = grasp.agent(`watch ${name}`)
      for await (const flood of agent.watch(anyObjective(name), { signal })) {
        const link = grasp.linkName(flood.interface)
        const locator = flood.locator === undefined ? null : locatorText(flood.locator, link)
        const value = jsonOf(flood.value)
        const record = { objective: name, interface: link ?? null, initiator: textOf(flood.initiator), locator, value }
        const where = terminal.paint.faint(printable(`on ${link ?? '?'}, ${locator ?? 'no locator'}`))
        const text = `${printable(`${name}  ${JSON.stringify(value)}`)}  ${where}`
        terminal.out(`${values.json ? JSON.stringify(record) : text}\n`)
      }
    }
    const report = (line: string): void => terminal.err(`${line}\n`)
    await withLinks(values, names, report, async (links) => {
      terminal.err(`${terminal.talkPaint.faint(`listening for ${names.join(', ')}`)}\n`)
      await Promise.all(links.flatMap((grasp) => names.map((name) => show(grasp, name))))
    })
    return exitCode.interrupted
  },
})
