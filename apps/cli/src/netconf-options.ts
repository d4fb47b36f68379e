/** Options of `vagus netconf`, each also a key of the file of `-c`; and what they say of the router. @module */
import { hostname } from 'node:os'
import { checkUnserved, servingOptions } from './device-serving.ts'
import { controllerApi } from './device-steering.ts'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import { homeOption } from './keyring-options.ts'
import { metricsOption } from './observing.ts'
import type { Options, ValuesOf } from './option.ts'
import { filled, fileOption } from './option-file.ts'
import type { Parsed } from './parse.ts'

const { tools: _, configures, ...served } = servingOptions

export const netconfOptions = {
  ...fileOption,
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
      'data that AI agents may commit for a while: paths with * in keys and value, such as "/ietf-interfaces:interfaces/interface[name=eth*]" (default: none)',
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
export type NetconfValues = ValuesOf<typeof netconfOptions>

/** With the options of the file. @throws {Failure} usage, with the line of what is wrong */
export async function checkedNetconf(typed: Pick<Parsed, 'values' | 'given'>) {
  const advice = { file: 'an example: vagus cheat netconf', key: options }
  const { values, placed } = await filled(netconfOptions, typed, advice)
  const wrong = (problem: string, fix: string): Failure => new Failure(exitCode.usage, placed(problem), fix)
  const { router, control } = values
  if (router === undefined) throw wrong('"vagus netconf" needs --router USER@HOST', 'such as --router vagus@192.0.2.9')
  const { netconfPlaceOf, netconfRouterOf } = await import('@vagus/device')
  const at = netconfPlaceOf(router)
  if (at === undefined)
    throw wrong(
      `--router must be HOST, USER@HOST or USER@HOST:PORT, got "${router}"`,
      'such as vagus@192.0.2.9:830, or "vagus@[2001:db8::9]:830"',
    )
  const { name = at.host } = values
  if (!/^[\w.-]{1,63}$/.test(name))
    throw wrong(`--name must be letters, digits, "." and "-", 63 at most, got "${name}"`, 'such as --name edge-9')
  if (values['serve-to'] === undefined) checked(() => checkUnserved({ ...values, tools: false }), wrong)
  const { 'ssh-config': sshConfig, configures = [] } = values
  const ssh = sshConfig === undefined ? {} : { sshConfig }
  const socket = control ?? `/run/vagus/${name}.sock`
  const agent = `${hostname()} ${socket}`
  const opened = checked(() => netconfRouterOf({ ...at, ...ssh, agent, configures }), wrong)
  return { ...opened, values, name, control: socket }
}

/** What RangeErrors say, as of the file. */
function checked<Result>(work: () => Result, wrong: (problem: string, fix: string) => Failure): Result {
  try {
    return work()
  } catch (error) {
    throw error instanceof RangeError ? wrong(error.message, options) : error
  }
}

const options = 'see: vagus netconf --help'
