/** `vagus netconf`: the agent of a router that runs no program of ours; AI agents ask and change it over NETCONF. @module */
import { hostname } from 'node:os'
import type { NetconfAgentOptions, TakeRefused } from '@vagus/device'
import type { RefusedCall } from '@vagus/sidecar'
import { type Call, defineCommand } from '../command.ts'
import { observedOf } from '../device-observing.ts'
import { checkUnserved, serve, servingOf, servingOptions } from '../device-serving.ts'
import { controllerApi } from '../device-steering.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { homeOption, withKeyring } from '../keyring-options.ts'
import { metricsOption } from '../observing.ts'
import type { Options } from '../option.ts'
import { refusedCaller, refusedWords } from '../refused-call.ts'

const { tools: _, configures, ...served } = servingOptions

const options = {
  router: {
    type: 'text',
    value: 'USER@HOST:PORT',
    presence: 'required',
    description: 'where its NETCONF is, over SSH (default port: 830); your ssh has the keys, and must know the host',
  },
  name: { type: 'text', value: 'NAME', description: 'name of the device (default: its host)' },
  'ssh-config': { type: 'text', value: 'FILE', description: "file of ssh -F (default: that of this user's ssh)" },
  configures: {
    ...configures,
    description:
      'data that AI agents may commit for a while: paths with * in keys and value, such as "/ietf-interfaces:interfaces/interface[name=*]/description" (default: none)',
  },
  ...served,
  'serve-to': {
    ...served['serve-to'],
    description: 'also be an agent of the fleet of this owner, whose members call these tools as its roster allows',
  },
  'serve-as': {
    ...served['serve-as'],
    description: 'agent of this host that serves, made if it is new (default: the name of the device)',
  },
  ...controllerApi,
  control: {
    type: 'text',
    value: 'PATH',
    description: 'control socket of the agent (default: /run/vagus/NAME.sock)',
  },
  ...metricsOption,
  ...homeOption,
} as const satisfies Options
type NetconfCall = Call<typeof options>

export const command = defineCommand({
  name: 'netconf',
  summary: "be the agent of a vendor's router, over NETCONF",
  effect: 'rw',
  isService: true,
  memory: 'small',
  examples: [
    { line: 'vagus netconf --router vagus@192.0.2.9 --name edge-9', does: 'AI agents of this host may ask it' },
    {
      line: 'vagus netconf --router vagus@192.0.2.9 --configures "/ietf-interfaces:interfaces/interface[name=*]/description"',
      does: 'and change descriptions for a while',
    },
    {
      line: 'vagus netconf --router vagus@192.0.2.9 --name edge-9 --serve-to acme --api http://192.0.2.10:7600',
      does: 'agents of a fleet may, as its roster allows',
    },
  ],
  options,
  async run(call: NetconfCall) {
    const { values, terminal, signal: asked } = call
    const [{ netconfRouterOf, runNetconfAgent }, place] = await Promise.all([import('@vagus/device'), placeOf(call)])
    const { name, control } = place
    const report = (line: string): void => terminal.err(`${name}: ${line}\n`)
    // A part that fails ends the others: they would keep the process running, deaf to signals.
    const failed = new AbortController()
    const signal = AbortSignal.any([asked, failed.signal])
    const observed = await observedOf(call, name, report)
    try {
      const { 'ssh-config': sshConfig, configures: patterns = [] } = values
      const { router, configures } = netconfRouterOf({
        ...place.at,
        ...(sshConfig === undefined ? {} : { sshConfig }),
        agent: `${hostname()} ${control}`,
        configures: patterns,
      })
      let refused: TakeRefused | undefined
      const onRefused = (one: RefusedCall): void => refused?.(refusedCaller(one), refusedWords(one.call), one.because)
      const tools: NetconfAgentOptions['tools'] = { configures, alsoRefused: (take) => (refused = take) }
      const serving = await servedTo(call, { name, control, report })
      const agent = runNetconfAgent({ name, router, control, tools, report, ...observed.agent }, signal)
      const side = serving === undefined ? [] : [serve({ ...serving, ...observed.side, onRefused }, signal)]
      await Promise.all([agent, ...side])
    } catch (error) {
      if (error instanceof RangeError) throw new Failure(exitCode.usage, error.message, 'see: vagus netconf --help')
      throw error
    } finally {
      failed.abort()
      await observed.close()
    }
    return exitCode.ok
  },
})

/** @throws {Failure} usage */
async function placeOf({ values }: Pick<NetconfCall, 'values'>) {
  const { router, control } = values
  if (router === undefined)
    throw new Failure(exitCode.usage, '"vagus netconf" needs --router USER@HOST', 'such as --router vagus@192.0.2.9')
  const { netconfPlaceOf } = await import('@vagus/device')
  const at = netconfPlaceOf(router)
  if (at === undefined)
    throw new Failure(
      exitCode.usage,
      `--router must be HOST, USER@HOST or USER@HOST:PORT, got "${router}"`,
      'such as --router vagus@192.0.2.9:830, or --router "vagus@[2001:db8::9]:830"',
    )
  const { name = at.host } = values
  if (!/^[\w.-]{1,63}$/.test(name))
    throw new Failure(exitCode.usage, `"${name}" is no name of a device`, 'letters, digits, "." and "-": --name edge-9')
  return { at, name, control: control ?? `/run/vagus/${name}.sock` }
}

/** The side-car that serves; undefined: none does. @throws {RangeError}, {Failure} */
async function servedTo(
  call: NetconfCall,
  own: { readonly name: string; readonly control: string; readonly report: (line: string) => void },
) {
  const { values, environment } = call
  const { 'serve-to': owner, api } = values
  if (owner === undefined) {
    checkUnserved({ ...values, tools: false })
    return undefined
  }
  return withKeyring(call, (keyring) =>
    servingOf(owner, values, { keyring, steersAs: undefined, api, environment, ...own }),
  )
}
