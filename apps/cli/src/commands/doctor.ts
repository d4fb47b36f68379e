/** `vagus doctor`: checks machine, configuration and controller; each problem comes with its fix. @module */
import { existsSync } from 'node:fs'
import type { Config } from '@vagus/api'
import { defaultAddress } from '../address.ts'
import type { Client } from '../client.ts'
import { type Call, defineCommand } from '../command.ts'
import { configOf, configOptions } from '../config-options.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { agentChecks, askAgents, askRefused, refusedChecks } from '../doctor/agents.ts'
import { approvalChecks, askApproving } from '../doctor/approvals.ts'
import { askController, type ConfiguredAnswers } from '../doctor/ask.ts'
import { askAudit, auditChecks } from '../doctor/audit.ts'
import { type Check, fail, ok, warn } from '../doctor/check.ts'
import { type Answers, controllerChecks } from '../doctor/controller.ts'
import { askSessionPaths, directPathChecks } from '../doctor/direct-paths.ts'
import { askJoins, joinChecks } from '../doctor/joins.ts'
import { askedAt, bindChecks, keyFileChecks, ownAddressChecks, portChecks } from '../doctor/listeners.ts'
import { type Disk, diskHere, machineChecks } from '../doctor/machine.ts'
import { askIntents, intentChecks } from '../doctor/intents.ts'
import { askFleets, fleetChecks } from '../doctor/rosters.ts'
import { securityChecks } from '../doctor/security/all.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { resourceText } from '../json.ts'
import type { Options } from '../option.ts'
import type { Paint } from '../paint.ts'
import { printable } from '../table.ts'
import { wrapped } from '../wrap.ts'

const options = {
  ...configOptions,
  ...controllerOption,
  security: {
    type: 'flag',
    description: 'only what is open, readable by others, unprotected, or acts by itself: docs/80-security.md',
  },
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'doctor',
  summary: 'what is wrong here, and how to fix it',
  effect: 'ro',
  examples: [
    { line: 'vagus doctor', does: 'every check; exit code 1 when one fails' },
    { line: 'vagus doctor --security', does: 'what a security review asks first, of this host and its controller' },
    { line: 'vagus doctor --json | jq \'.items[] | select(.state != "ok")\'', does: 'for programs' },
  ],
  options,
  async run(call) {
    const { checks, unreached } = await allChecks(call)
    const failed = checks.some(({ state }) => state === 'fail')
    if (call.values.json) call.terminal.out(resourceText('Doctor', { ok: !failed, items: checks }))
    else call.terminal.out(`${doctorText(checks, Math.min(call.terminal.columns, 100), call.terminal.paint)}\n`)
    return unreached?.exit ?? (failed ? exitCode.failed : exitCode.ok)
  },
})

interface Checks {
  readonly checks: readonly Check[]
  /** Why the controller that the user named does not answer. */
  readonly unreached: Failure | undefined
}

async function allChecks(call: Call<typeof options>): Promise<Checks> {
  const { checkOwnAddresses, loadConfig } = await import('@vagus/controller')
  const { readKeyFile } = await import('@vagus/device')
  const loaded = await configOf(call.values, call.environment).catch((error: unknown) => error as Error)
  const taken = loaded instanceof Error ? loadConfig({ environment: {}, file: '/dev/null' }) : loaded
  const { config, home, file } = taken
  const configuration =
    loaded instanceof Error
      ? fail('configuration', loaded.message.split('\n')[0]!, 'vagus config check')
      : ok('configuration', file ?? 'defaults only (no vagus.yaml)')
  const { client, isNamed } = whomToAsk(call, config)
  const answers = await askController(client).catch((error: unknown) => {
    if (error instanceof Failure) return error
    throw error
  })
  // A missing controller is a fault only when the user named one.
  const unreached = answers instanceof Failure && isNamed ? answers : undefined
  // The configuration of a controller that answers says where it listens; the file here may be another's.
  const used = answers instanceof Failure ? config : answers.config
  const unanswered = (failure: Failure): Check =>
    (unreached === undefined ? warn : fail)('controller', failure.message, failure.fix)
  if (call.values.security) {
    const told = answers instanceof Failure ? [unanswered(answers)] : { client, status: answers.status }
    return { checks: [configuration, ...(await securityChecks({ config: used, home, told }))], unreached }
  }
  const listening = { listen: used.listen, flowListen: used.flow.listen }
  const checks = [
    ...machineChecks(diskOf(answers) ?? diskHere(home), used.store.maxOctets, used.flow.receiveBuffer),
    configuration,
    ...bindChecks(listening),
    // A controller that answers may be on another host, which has its addresses.
    ...(answers instanceof Failure ? await ownAddressChecks(() => checkOwnAddresses(taken)) : []),
    ...portChecks(listening.flowListen, answers instanceof Failure ? 'silent' : 'answers'),
    // A controller that answers has read its key file, which is on its host.
    ...(answers instanceof Failure ? keyFileChecks(used.bgp?.keyFile, readKeyFile) : []),
    ...(answers instanceof Failure
      ? [unanswered(answers)]
      : [
          ...controllerChecks(client.address.text, answers),
          ...(isNamed ? [] : unnamedChecks(client.address.text)),
          ...(await askedAgentChecks(client, answers)),
          ...refusedChecks(await askRefused(client), Date.parse(answers.status.now)),
          ...joinChecks(await askJoins(client), Date.parse(answers.status.now)),
          ...directPathChecks(await askSessionPaths(client)),
          ...fleetChecks(await askFleets(client), answers.status),
          ...intentChecks(
            await askIntents(client, answers.status),
            used.devices.flatMap(({ name, id }) => (id === undefined ? [] : [name])),
            answers.status,
          ),
          ...auditChecks(await askAudit(client)),
        ]),
  ]
  return { checks, unreached }
}

/** The controller that the user named; else the one that `vagus.yaml` describes. */
function whomToAsk(
  call: Call<typeof options>,
  { listen }: Config,
): { readonly client: Client; readonly isNamed: boolean } {
  const isNamed = (call.values.controller ?? call.environment['VAGUS_CONTROLLER'] ?? '') !== ''
  return { client: clientFor(isNamed ? call : { ...call, values: { controller: askedAt(listen) } }), isNamed }
}

/** No other command reads in `vagus.yaml` where the controller listens. */
const unnamedChecks = (address: string): readonly Check[] =>
  address === defaultAddress
    ? []
    : [
        warn(
          'commands',
          `all others ask ${defaultAddress}, where it does not listen`,
          `export VAGUS_CONTROLLER=${address}`,
        ),
      ]

/** What agents beside routers say of themselves, and whether they can be asked for what proposals need. */
async function askedAgentChecks(client: Client, { config, devices }: ConfiguredAnswers): Promise<readonly Check[]> {
  const [asked, approving] = await Promise.all([askAgents(client, config), askApproving(client, config)])
  return [...agentChecks(asked), ...(approving ? approvalChecks({ config, devices, asked, ...approving }) : [])]
}

/** The disk of a controller that answers: its state may be on another host. */
export function diskOf(answers: Answers | Failure): Disk | undefined {
  if (answers instanceof Failure) return undefined
  const { disk, octets } = answers.status.store
  if (disk === null || disk === undefined) return undefined // older controllers have no such field
  return { ...disk, place: existsSync(disk.folder) ? 'here' : 'elsewhere', storedOctets: octets }
}

/** `ok    disk    45.1 GB free`; the fix follows below, after an arrow. */
export function doctorText(checks: readonly Check[], width: number, paint: Paint): string {
  const marks = { ok: paint.good('ok  '), warn: paint.warn('warn'), fail: paint.bad('FAIL') }
  const name = Math.max(...checks.map(({ check }) => check.length))
  const indent = ' '.repeat(6 + name + 2)
  const room = Math.max(20, width - indent.length)
  const lines = checks.flatMap(({ check, state, found, fix }) => {
    const [first = '', ...more] = wrapped(printable(found), room)
    const fixes = fix === '' ? [] : wrapped(printable(fix), room - 2)
    return [
      `${marks[state]}  ${check.padEnd(name)}  ${first}`,
      ...more.map((line) => indent + line),
      ...fixes.map((line, at) => `${indent}${at === 0 ? '→ ' : '  '}${paint.strong(line)}`),
    ]
  })
  const count = (state: Check['state']): number => checks.filter((check) => check.state === state).length
  return [...lines, '', `${count('ok')} ok · ${count('warn')} warn · ${count('fail')} fail`].join('\n')
}
