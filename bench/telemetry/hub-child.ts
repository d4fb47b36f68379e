/** The controller's telemetry alone, for a process whose processor time can be read. Arguments: PORT DEVICES. @module */
import { TelemetryHub } from '@vagus/controller'

const [port = 0, devices = 0] = process.argv.slice(2).map(Number)
const hub = await TelemetryHub.start({
  as: 64512,
  identifier: '127.0.0.1',
  listen: { address: '127.0.0.1', port },
  devices: Array.from({ length: devices }, (_, at) => ({ name: `d${at}`, address: addressOf(at) })),
  report: (line) => process.stderr.write(`${line}\n`),
})
process.stdout.write('ready\n')
process.stdin.on('data', () => {
  const { user, system } = process.cpuUsage()
  const seconds = (user + system) / 1e6
  const { accepted } = hub.table.counts
  const figures = {
    seconds,
    accepted,
    links: hub.table.links().length,
    devices: hub.table.devices().length,
    relayed: hub.relayed,
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`)
})

/** One of 127.0.0.0/8 for each. */
function addressOf(at: number): string {
  return `127.1.${at >> 8}.${(at & 255) + 1}`
}
