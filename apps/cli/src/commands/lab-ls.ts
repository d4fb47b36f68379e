/** `vagus lab ls`: the labs of this machine. @module */
import type { LabState } from '@vagus/lab'
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { agoText, durationText, unknown } from '../format.ts'
import { resourceText } from '../json.ts'
import { withLab } from '../lab/lab-failure.ts'
import type { Paint } from '../paint.ts'
import { type Cell, type Column, table } from '../table.ts'
import { wrapped } from '../wrap.ts'

export const command = defineCommand({
  name: 'lab ls',
  summary: 'labs on this machine, and the names of their nodes',
  effect: 'ro',
  examples: [{ line: 'vagus lab ls', does: 'every lab, running or dead' }],
  options: jsonOption,
  async run({ values, terminal }) {
    const { labList } = await import('@vagus/lab/running')
    const items = await withLab(() => labList())
    if (values.json) terminal.out(resourceText('LabList', { items }))
    else terminal.out(`${labListText(items, new Date().toISOString(), terminal.columns, terminal.paint)}\n`)
    const next = nextOf(items)
    if (!values.json && next !== '' && terminal.person) terminal.err(terminal.talkPaint.faint(`\nnext: ${next}`) + '\n')
    return exitCode.ok
  },
})

/** Running, but its controller can no longer be reached. */
const isCutOff = ({ state, console: at, programs }: LabState): boolean =>
  state === 'running' && at === '' && programs.includes('controller')

/** The next command for these labs; empty when all is well. */
export function nextOf(labs: readonly LabState[]): string {
  if (labs.length === 0) return 'vagus lab up'
  const lost = labs.find((lab) => lab.state === 'dead' || isCutOff(lab))
  return lost === undefined ? '' : `vagus lab down --name ${lost.name}`
}

const labHead: Column = { head: 'LAB', align: 'left' }
const heads: readonly Column[] = [
  labHead,
  { head: 'STATE', align: 'left' },
  { head: 'SUBSTRATE', align: 'left', leaves: 3 },
  { head: 'ROUTERS', align: 'right' },
  { head: 'LINKS', align: 'right' },
  { head: 'SITES', align: 'right' },
  { head: 'CONVERGED', align: 'right', leaves: 2 },
  { head: 'STARTED', align: 'right', leaves: 1 },
  { head: 'CONSOLE', align: 'left', shrink: 20 },
]

/** The table, then the names that `vagus lab shell` takes, then the agents. `now` is RFC 3339. */
export function labListText(labs: readonly LabState[], now: string, columns: number, paint: Paint): string {
  if (labs.length === 0) return 'no lab'
  const rows = labs.map((lab): Cell[] => [
    lab.name,
    { text: lab.state, paint: lab.state === 'running' ? paint.good : paint.warn },
    lab.substrate,
    String(lab.routers),
    String(lab.links),
    String(lab.sites),
    lab.convergedMs === null ? unknown : durationText(lab.convergedMs / 1000),
    agoText(lab.startedAt, now),
    isCutOff(lab) ? { text: unknown, paint: paint.warn } : lab.console || unknown,
  ])
  const nodes = labs.flatMap(({ name, nodes }) => ['', ...wrapped(`nodes of ${name}: ${nodes.join(' ')}`, columns)])
  // Agents of two labs may have the same name.
  const several = labs.length > 1
  const agents = labs.flatMap(({ name, agents }) => agents.map((one) => [...(several ? [name] : []), ...agentRow(one)]))
  const shape = several ? [labHead, ...agentHeads] : agentHeads
  const agentTable = agents.length === 0 ? [] : ['', table(shape, agents, columns, paint.strong)]
  return [table(heads, rows, columns, paint.strong), ...nodes, ...agentTable].join('\n')
}

const agentHeads: readonly Column[] = [
  { head: 'AGENT', align: 'left' },
  { head: 'ON', align: 'left' },
  { head: 'SITE', align: 'left' },
  { head: 'ADDRESS', align: 'left' },
  { head: 'COULD BE ON', align: 'left', shrink: 12 },
]

function agentRow({ name, network, networks }: LabState['agents'][number]): Cell[] {
  const on = networks.find((each) => each.name === network)
  const others = networks.flatMap((each) => (each === on ? [] : [`${each.name} (${each.site})`]))
  return [name, network, on?.site ?? unknown, on?.addresses.v4 ?? unknown, others.join(', ') || unknown]
}
