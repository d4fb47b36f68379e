/** `vagus demo`, what `npm start` runs: brings up everything, prints the console's address, ends on Ctrl-C. @module */
import type { LabUp } from '@vagus/lab'
import { controllerAddress } from '../address.ts'
import { clientOf } from '../client.ts'
import { type Call, defineCommand } from '../command.ts'
import { buildConsole, consolePage } from '../console-page.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { durationText } from '../format.ts'
import { jsonText } from '../json.ts'
import { bringUp, holdUntilStopped, progressLine, shellLines, takeDown } from '../lab/bring-up.ts'
import { labOptionsOf, referenceOf, upOptions, whichLab } from '../lab/lab-options.ts'
import { withLab } from '../lab/lab-failure.ts'
import type { Options } from '../option.ts'
import type { Paint } from '../paint.ts'

const options = {
  check: { type: 'flag', description: 'wait until all routers and agents are seen, print the status as JSON, exit' },
  timeout: { type: 'duration', value: 'TIME', default: '90s', description: 'how long --check waits for them' },
  ...upOptions,
  ...whichLab,
} as const satisfies Options

export const command = defineCommand({
  name: 'demo',
  summary: 'run console, lab and agents until Ctrl-C',
  effect: 'rw',
  examples: [
    { line: 'vagus demo', does: 'what npm start runs' },
    { line: 'vagus demo --check', does: 'does it all work here? status as JSON, exit 0 if so' },
  ],
  options,
  async run(call): Promise<ExitCode> {
    const { terminal, values } = call
    const started = performance.now()
    const { ensureTools } = await import('../demo/install.ts')
    const { checkListen, readTopology } = await import('@vagus/lab/up')
    // Checked first: programs, console and lab take long to start.
    await withLab(async () => {
      readTopology(values.topology)
      await checkListen(values.listen)
    })
    await ensureTools(call)
    if (consolePage.hasSources) await buildConsole(terminal)
    const up = await bringUp({ ...labOptionsOf(values), ...referenceOf(values), mode: 'attached' }, call)
    if (up === undefined) return exitCode.interrupted
    if (values.check) return checked(call, up)
    const from = consolePage.hasSources ? 'checkout' : 'package'
    terminal.err(`\n${summaryText(up, { from, seconds: (performance.now() - started) / 1000 }, terminal.talkPaint)}`)
    await holdUntilStopped(up, call)
    return exitCode.ok
  },
})

async function checked({ terminal, values, signal }: Call<typeof options>, up: LabUp): Promise<ExitCode> {
  const { whenComplete } = await import('../demo/check.ts')
  const started = performance.now()
  try {
    const wanted = { agents: up.agents.map(({ name }) => name), seconds: values.timeout }
    const status = await whenComplete(clientOf(controllerAddress(up.console), signal), wanted, signal)
    const { exporting, total } = status.devices
    const seen = `${exporting} of ${total} routers seen${wanted.agents.length === 0 ? '' : ', and every agent'}`
    progressLine(terminal, 'flows', (performance.now() - started) / 1000, seen)
    terminal.out(jsonText(status))
  } finally {
    await takeDown(up.down, terminal)
  }
  return exitCode.ok
}

interface Start {
  /** In a checkout only npm knows where the command is. */
  readonly from: 'checkout' | 'package'
  /** How long all of it took. */
  readonly seconds: number
}

/** Where to look and what to type. */
export function summaryText(up: LabUp, { from, seconds }: Start, paint: Paint): string {
  const [router] = up.nodes
  const next = [
    ...shellLines(up.console).map((line) => [line, 'the controller that the commands below ask'] as const),
    ['vagus status', 'what the controller sees'],
    ['vagus matrix', 'who sends how much to whom'],
    ['vagus flow top --by application', 'what the traffic is'],
    [`vagus lab shell ${router} -- vtysh -c 'show bgp summary'`, 'a real router'],
    ...agentLines(up),
    ['vagus events -f', 'what happens; break something: vagus cheat lab'],
  ] as const
  const width = Math.max(...next.map(([line]) => line.length))
  const agents = up.agents.length === 0 ? '' : `, ${up.agents.length} agents`
  return [
    `${paint.strong('Up')} after ${durationText(seconds)}: ${up.routers} routers, ${up.links} links, ${up.sites} sites${agents} (${up.substrate})`,
    '',
    `  Console   ${paint.strong(up.console)}   first figures after some 15 s: flows are exported as they end`,
    `  Stop      Ctrl-C takes everything down`,
    '',
    `Next, in another terminal${from === 'checkout' ? ' (in this folder, as npx vagus …)' : ''}:`,
    ...next.map(([line, does]) => `  ${line.padEnd(width)}   ${does}`),
    '',
  ].join('\n')
}

/** Commands about agents, if there are any; they move an agent that can move. */
function agentLines({ agents }: LabUp): readonly (readonly [line: string, does: string])[] {
  if (agents.length === 0) return []
  const sessions = ['vagus session ls', 'which agents talk to each other, over what path'] as const
  const roaming = agents.find(({ networks }) => networks.length > 1)
  const other = roaming?.networks.find(({ name }) => name !== roaming.network)
  if (roaming === undefined || other === undefined) return [sessions]
  return [sessions, [`vagus lab move ${roaming.name} ${other.name} --sudden`, 'cut its network, then look again']]
}
