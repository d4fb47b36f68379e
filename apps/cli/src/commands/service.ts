/** `vagus service KIND -- OPTIONS…`: a systemd unit that starts a command at boot, with no more rights than it needs. @module */
import { hostname } from 'node:os'
import { type Command, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Option } from '../option.ts'
import { type Parsed, parse } from '../parse.ts'
import { installUnit } from '../service/install.ts'
import {
  agentNeeds,
  controllerNeeds,
  deviceNeeds,
  gatewayNeeds,
  hiddenFolders,
  type Needs,
  netconfNeeds,
  ownProgram,
  relayNeeds,
  type ServiceKind,
  serviceKinds,
} from '../service/services.ts'
import { unitText } from '../service/unit.ts'

export const command = defineCommand({
  name: 'service',
  summary: 'a systemd unit that starts a command at boot',
  effect: 'rw',
  examples: [
    { line: 'vagus service controller -- -c /etc/vagus/vagus.yaml', does: 'prints the unit' },
    { line: 'vagus service device --install -- -c /etc/vagus/device.yaml', does: 'installs it; as root' },
    {
      line: 'vagus service run --install -- --name writer --a2a http://127.0.0.1:9000 --listen udp://0.0.0.0:7601',
      does: 'beside an agent that runs already',
    },
  ],
  arguments: [{ name: 'KIND', description: 'the command', presence: 'required', choices: serviceKinds }],
  rest: 'OPTIONS…',
  options: {
    install: { type: 'flag', description: 'write it, and the user of all services, instead of printing it' },
    unit: { type: 'text', value: 'NAME', description: 'name of the unit (default: vagus-KIND, vagus-AGENT for run)' },
    root: { type: 'text', value: 'FOLDER', default: '/', description: 'install into the file system there' },
  },
  async run({ words: [word], rest, values, environment, registry, terminal }) {
    const kind = word as ServiceKind // one of the choices
    const served = await registry.find([kind])!.load()
    const parsed = parse(served, rest)
    checkPaths(served, parsed)
    if (kind === 'run' || kind === 'gateway') checkRequired(served, parsed)
    const needs = await needsOf(kind, parsed)
    const program = ownProgram(environment['PATH'])
    const { unit = kind === 'run' ? `vagus-${String(parsed.values['name'])}` : `vagus-${kind}` } = values
    if (!/^[\w.-]{1,200}$/.test(unit))
      throw new Failure(exitCode.usage, `"${unit}" is no name of a unit`, 'such as --unit vagus-edge-1')
    const { keys, ...service } = needs
    const text = unitText({ ...service, unit, words: [...program, kind, ...rest] })
    const hidden = program.find((file) => hiddenFolders.some((folder) => file.startsWith(folder)))
    if (hidden !== undefined && values.install)
      throw new Failure(
        exitCode.usage,
        `a service cannot see ${hidden}`,
        'install Vagus elsewhere: npm install -g --prefix /usr/local vagus-….tgz',
      )
    if (values.install)
      installUnit({ root: values.root, unit, text, keys, report: (line) => terminal.out(`${line}\n`) })
    else terminal.out(text)
    if (hidden !== undefined) terminal.err(`a service cannot see ${hidden}: install Vagus elsewhere first\n`)
    return exitCode.ok
  },
})

/** A unit has no current folder, and state of its own. @throws {Failure} usage */
function checkPaths(served: Command, { values, given }: Parsed): void {
  if (given.has('home'))
    throw new Failure(exitCode.usage, 'the state of services is in /var/lib/vagus/.vagus', 'leave out --home')
  for (const [name, option] of Object.entries<Option>(served.options)) {
    const value = values[name]
    if (option.type !== 'text' || !given.has(name) || typeof value !== 'string') continue
    if (['FILE', 'PATH', 'FOLDER'].includes(option.value) && !value.startsWith('/'))
      throw new Failure(
        exitCode.usage,
        `a service has no current folder: --${name} ${value}`,
        `write the whole path, such as --${name} /etc/vagus/${value}`,
      )
  }
}

/** Without one of these it would end at once, and be started again and again. @throws {Failure} usage */
function checkRequired({ name: served, options }: Command, { given }: Parsed): void {
  for (const [name, option] of Object.entries<Option>(options))
    if (option.type !== 'flag' && option.presence === 'required' && !given.has(name))
      throw new Failure(
        exitCode.usage,
        `"vagus ${served}" needs --${name} ${option.value}`,
        `see: vagus ${served} --help`,
      )
}

/** A service has none of this shell's variables. @throws {Failure} usage, where the command would not start */
async function needsOf(kind: ServiceKind, { values, given }: Parsed): Promise<Needs> {
  const environment = {}
  // Sound: each parsed by the options of its command.
  switch (kind) {
    case 'controller': {
      if (!given.has('config'))
        throw new Failure(exitCode.usage, 'a service finds no file by itself', 'add: -- -c /etc/vagus/vagus.yaml')
      const { configOf } = await import('../config-options.ts')
      return controllerNeeds((await configOf(values as never, environment)).config)
    }
    case 'device': {
      const { checkedDevice } = await import('../device-check.ts')
      const device = await checkedDevice({ values, given }, environment)
      return deviceNeeds(device, device.name ?? hostname())
    }
    case 'gateway':
      return gatewayNeeds(values as never)
    case 'netconf': {
      const { checkedNetconf } = await import('../netconf-options.ts')
      return netconfNeeds((await checkedNetconf({ values, given })).values)
    }
    case 'relay':
      return relayNeeds(values as never)
    case 'run':
  }
  return agentNeeds(values as never)
}
