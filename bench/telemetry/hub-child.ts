/**
 * The controller's telemetry alone, for a process whose processor time can be read. Arguments: PORT DEVICES [PROFILE],
 * where PROFILE is a file for a profile of the processor between the first question and the second.
 * @module
 */
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { TelemetryHub } from '@vagus/controller'

const [port = 0, devices = 0] = process.argv.slice(2, 4).map(Number)
const profile = process.argv[4]
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
  const { accepted } = hub.table.counts
  const figures = {
    user: user / 1e6,
    system: system / 1e6,
    accepted,
    links: hub.table.links().length,
    devices: hub.table.devices().length,
    relayed: hub.relayed,
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`)
  if (profile !== undefined) void takeProfile(profile)
})
process.stdin.on('end', () => process.exit())

let profiler: Session | undefined

/** Begins, and writes it when called again. */
async function takeProfile(file: string): Promise<void> {
  if (profiler !== undefined) {
    const { profile: taken } = await profiler.post('Profiler.stop')
    writeFileSync(file, JSON.stringify(taken))
    return
  }
  profiler = new Session()
  profiler.connect()
  await profiler.post('Profiler.enable')
  await profiler.post('Profiler.start')
}

/** One of 127.0.0.0/8 for each. */
function addressOf(at: number): string {
  return `127.1.${at >> 8}.${(at & 255) + 1}`
}
