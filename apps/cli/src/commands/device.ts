/** `vagus device`: the agent beside a router; interface counters as sFlow to the collector. @module */
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'

export const command = defineCommand({
  name: 'device',
  summary: 'run beside a router: its interface counters to the controller',
  effect: 'rw',
  examples: [
    {
      line: 'vagus device --name pe-1 --agent 192.0.2.1 --collector 192.0.2.10:6343',
      does: 'send counters every second until stopped',
    },
  ],
  options: {
    name: { type: 'text', value: 'NAME', description: 'name of the device (default: host name)' },
    agent: { type: 'text', value: 'ADDRESS', description: 'address under which vagus.yaml knows it (devices.address)' },
    collector: {
      type: 'text',
      value: 'ADDR:PORT',
      default: '127.0.0.1:6343',
      description: 'where the controller listens',
    },
    interval: {
      type: 'count',
      value: 'MS',
      min: 100,
      max: 3_600_000,
      default: 1000,
      description: 'between readings, ms',
    },
    grasp: {
      type: 'words',
      value: 'INTERFACES',
      description: 'be found on these interfaces by controllers and devices, "*" for all',
    },
  },
  async run({ values, terminal, signal }) {
    const { agent, interval } = values
    if (agent === undefined)
      throw new Failure(
        exitCode.usage,
        '"vagus device" needs --agent ADDRESS',
        'the address of this router in vagus.yaml',
      )
    const [{ parseCollector, runAutonomic, runDevice }, { hostname }] = await Promise.all([
      import('@vagus/device'),
      import('node:os'),
    ])
    const report = (line: string): void => terminal.err(`${line}\n`)
    try {
      const name = values.name ?? hostname()
      const collector = parseCollector(values.collector)
      report(`${name}: sends interface counters to ${values.collector} every ${interval} ms`)
      if (values.grasp !== undefined) runAutonomic({ name, interfaces: values.grasp, report }, signal)
      await runDevice({ name, collector, agent, interval, report }, signal)
    } catch (error) {
      if (error instanceof RangeError) throw new Failure(exitCode.usage, error.message, 'see: vagus device --help')
      throw error
    }
    return exitCode.ok
  },
})
