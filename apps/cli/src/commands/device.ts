/** `vagus device`: the agent beside a router; interface counters as sFlow, telemetry and traffic classes over BGP. @module */
import type { AgentOptions, HeardRegistrar, TakeRefused } from '@vagus/device'
import type { RefusedCall } from '@vagus/sidecar'
import { type Call, defineCommand } from '../command.ts'
import { checkWithoutIntents, intentsOf } from '../device-intents.ts'
import { deviceGroups, deviceOptions, type DeviceValues } from '../device-options.ts'
import { registrarOf } from '../device-joins.ts'
import { besideRouter, countersOf } from '../device-router.ts'
import { checkUnserved, serve, servingOf, toolsOf } from '../device-serving.ts'
import { checkUnsteered, steeringOf } from '../device-steering.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { asMember, keepMembership } from '../join/membership.ts'
import { withKeyring } from '../keyring-options.ts'
import { observedOf } from '../device-observing.ts'
import { filled } from '../option-file.ts'
import { refusedCaller, refusedWords } from '../refused-call.ts'

type DeviceCall = Call<typeof deviceOptions>

export const command = defineCommand({
  name: 'device',
  summary: 'run beside a router: counters, telemetry, traffic classes',
  effect: 'rw',
  isService: true,
  memory: 'small',
  examples: [
    { line: 'vagus device', does: 'on a box that has joined: vagus device join' },
    { line: 'vagus device -c /etc/vagus/device.yaml', does: 'all options in a file: vagus cheat device' },
    {
      line: 'vagus device --name pe-1 --agent 192.0.2.1 --collector 192.0.2.10:6343',
      does: 'send counters every second until stopped',
    },
    {
      line: 'vagus device --agent 192.0.2.1 --router frr --controller 192.0.2.10:1790 --flow 127.0.0.1:4739',
      does: 'also peer with the router and exchange telemetry',
    },
    {
      line: 'vagus device --agent 192.0.2.1 --router frr --steered-by did:key:z6Mk… --api http://192.0.2.10:7600',
      does: 'also let the controller with that id ask for MEDs',
    },
    {
      line: 'vagus device … --steered-by did:key:z6Mk… --lines fd00:c::/32 --line-links eth1,eth2 --line-sites 10.0.0.0/8',
      does: 'also hold private lines over two links',
    },
    {
      line: 'vagus device … --steered-by did:key:z6Mk… --intents-of acme',
      does: 'also refuse what the intents of this operator forbid, whoever asks',
    },
    {
      line: 'vagus device … --mobile fd00:77::/48 --mobile-links eth3 --mobile-agents acme.roster',
      does: 'also attach the addresses of the members of a fleet on a link',
    },
    {
      line: 'vagus device … --services eth1,eth2 --services-of did:key:z6Mk… --api http://192.0.2.10:7600',
      does: 'also serve calls of a fleet by the role of their caller',
    },
    {
      line: 'vagus device … --serve-to acme --configures "interface * / description *"',
      does: 'also let AI agents of a fleet ask, and change descriptions for a while',
    },
  ],
  options: deviceOptions,
  groups: deviceGroups,
  async run(typed: DeviceCall) {
    const { terminal, signal: asked } = typed
    const { values, placed } = await filled(deviceOptions, await asMember(typed))
    const call = { ...typed, values }
    const [{ Agent, HeardRegistrar, runAutonomic, runJoinProxy, sendCounters }, { hostname }] = await Promise.all([
      import('@vagus/device'),
      import('node:os'),
    ])
    const { interval, grasp, collector, name = hostname() } = values
    const report = (line: string): void => terminal.err(`${line}\n`)
    // A part that fails ends the others: they would keep the process running, deaf to signals.
    const failed = new AbortController()
    let closing = async (): Promise<void> => undefined
    const signal = AbortSignal.any([asked, failed.signal])
    try {
      const counters = await countersOf(values)
      const beside = await besideRouter(values)
      const own = { name, report: (line: string): void => report(`${name}: ${line}`) }
      const registrar = new HeardRegistrar(await registrarOf(values))
      const steered = await steeredBy(call, own, registrar)
      let refused: TakeRefused | undefined
      const observed = await observedOf(call, name, own.report)
      closing = () => observed.close()
      const onRefused = (one: RefusedCall): void => refused?.(refusedCaller(one), refusedWords(one.call), one.because)
      const tools = toolsFor(values, (take) => (refused = take))
      const serving = await servedTo(call, own, onRefused)
      report(`${name}: sends interface counters to ${collector} every ${interval} ms`)
      const skills = ['link-counters', ...(values.mobile === undefined ? [] : ['mobility'])]
      if (grasp !== undefined) runAutonomic({ name, interfaces: grasp, skills, report }, signal)
      const { joins: interfaces } = values
      const proxy = interfaces && [
        runJoinProxy({ interfaces, registrar: () => registrar.place, report: own.report }, signal),
      ]
      void keepMembership(call, report, signal)
      const sending = sendCounters({ ...counters, name, interval, report }, signal)
      const agent = beside && [Agent.run({ ...beside, ...own, ...steered, ...tools, ...observed.agent }, signal)]
      const side = serving === undefined ? [] : [serve({ ...serving, ...observed.side }, signal)]
      await Promise.all([sending, ...(agent ?? []), ...(proxy ?? []), ...side])
    } catch (error) {
      if (error instanceof RangeError)
        throw new Failure(exitCode.usage, placed(error.message), 'see: vagus device --help')
      throw error
    } finally {
      failed.abort()
      await closing()
    }
    return exitCode.ok
  },
})

/** @throws {RangeError}, {Failure} */
async function steeredBy(
  call: DeviceCall,
  { name, report }: Pick<AgentOptions, 'name' | 'report'>,
  registrar: HeardRegistrar,
): Promise<Pick<AgentOptions, 'steering' | 'intents'>> {
  const { values, environment } = call
  if (values['steered-by'] === undefined) {
    checkUnsteered(values)
    checkWithoutIntents(values)
    return {}
  }
  return withKeyring(call, async (keyring) => {
    const intents = await intentsOf(values, keyring)
    const steering = await steeringOf(values, { keyring, device: name, environment, report })
    return { steering: { ...steering, registrar }, ...(intents === undefined ? {} : { intents }) }
  })
}

/** The side-car that serves; undefined: none does. @throws {RangeError}, {Failure} */
async function servedTo(
  call: DeviceCall,
  { name, report }: Pick<AgentOptions, 'name' | 'report'>,
  onRefused: (call: RefusedCall) => void,
) {
  const { values, environment } = call
  const { 'serve-to': owner, 'steered-by': by, as = name, api, control } = values
  if (owner === undefined) {
    checkUnserved(values)
    return undefined
  }
  const steersAs = by === undefined ? undefined : as
  return withKeyring(call, async (keyring) => {
    const host = { keyring, name, steersAs, api, control, environment, report }
    return { ...(await servingOf(owner, values, host)), onRefused }
  })
}

/** What AI agents may ask of the router. */
function toolsFor(values: DeviceValues, alsoRefused: (take: TakeRefused) => void): Pick<AgentOptions, 'tools'> {
  const tools = toolsOf(values)
  return tools === undefined ? {} : { tools: { ...tools, alsoRefused } }
}
