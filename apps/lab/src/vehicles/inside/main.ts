/** The scenario `vehicles` inside its namespaces. Prints one JSON a line, as `Inside` has it. Argument: `InsideOptions`. @module */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumption } from '@vagus/channel'
import { endProgram } from '../../end-program.ts'
import type { Inside } from '../../outside/run-for-report.ts'
import { type Drives, evaluate, type Given, type IncidentTime, type StopGiven } from '../evaluate.ts'
import { attachCommands, numbers, preferCommands, vehicleName } from '../network.ts'
import { mqttNames, type PeerName } from '../peers.ts'
import type { InsideOptions, InsideReport, PeerReport } from '../report.ts'
import { driveOf, type Radio, radios } from '../schedule.ts'
import { Drive } from './drive.ts'
import type { Messenger } from './messenger.ts'
import { Mqtt, startBroker } from './mqtt.ts'
import { linkNumber, Place } from './place.ts'
import { Vagus } from './vagus.ts'

const { vehicles, peers, folder, ...plan } = JSON.parse(process.argv[2]!) as InsideOptions

/** Milliseconds that a vehicle has to stop. */
const stopWithin = 300
/** Milliseconds for what is on its way at the end. */
const patience = 20_000

const say = (what: Inside<InsideReport>): void => void process.stdout.write(`${JSON.stringify(what)}\n`)
async function timed<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now()
  const result = await work()
  say({ type: 'step', step, seconds: (performance.now() - began) / 1000 })
  return result
}

const place = await timed('namespaces, radios and cells', async () => {
  const made = await Place.make(folder, vehicles, plan.seed)
  const begin = (number: number) =>
    made.ip(vehicleName(number), [...attachCommands(number, radios[0]), ...preferCommands(number, radios[0])])
  await Promise.all(numbers(vehicles).map(begin))
  return made
})
const mqtt = mqttNames.filter((name) => peers.includes(name))
async function startOthers() {
  if (mqtt.length > 0) await startBroker(place)
  return Promise.all(mqtt.map(async (name) => [name, await Mqtt.start(place, name, vehicles)] as const))
}
const [vagus, others] = await timed(`a dispatcher and vehicles over ${peers.join(', ')}`, () =>
  Promise.all([Vagus.start(place, vehicles), startOthers()]),
)
const messengers: readonly (readonly [PeerName, Messenger])[] = [['vagus', vagus], ...others]

const incidents: IncidentTime[] = []
const orders: Given[] = []
const stops: StopGiven[] = []
const before = await place.onAir()
const started = Date.now()
const until = (after: number): Promise<void> => sleep(Math.max(0, started + after - Date.now()))

async function drive(number: number): Promise<void> {
  const vehicle = vehicleName(number)
  const schedule = driveOf(vehicle, plan)
  const ways = new Drive(place, number, vagus, mqtt.length > 0 ? 'with MQTT' : 'alone')
  await Promise.all([
    (async () => {
      for (const planned of schedule.incidents) {
        await until(planned.after)
        const incident = await ways.meet(planned)
        incidents.push(incident)
        say({ type: 'news', text: `${vehicle}: ${incident.kind}, ${incident.ended - incident.began} ms` })
      }
    })(),
    (async () => {
      for (const [at, after] of schedule.orders.entries()) {
        await until(after)
        const given = { vehicle, number: at, at: Date.now() }
        orders.push(given)
        for (const [, messenger] of messengers) messenger.order(given)
      }
    })(),
    (async () => {
      for (const [at, after] of schedule.stops.entries()) {
        await until(after)
        const now = Date.now()
        const given = { vehicle, number: at, at: now, deadline: now + stopWithin }
        stops.push(given)
        for (const [, messenger] of messengers) messenger.stop(given)
      }
    })(),
  ])
}

await Promise.all(numbers(vehicles).map(drive))
const drives: Drives = { incidents: incidents.toSorted((a, b) => a.began - b.began), orders, stops }
const outcomeOf = (messenger: Messenger) => evaluate(drives, messenger.carried)
/** QoS 0 is not waited for: what it lost is lost. */
const isComplete = (): boolean =>
  messengers
    .filter(([name]) => name !== 'qos0')
    .every(([, messenger]) => {
      const outcome = outcomeOf(messenger)
      return outcome.orders.lost === 0 && outcome.stops.lost === 0
    })
await timed('until what was on its way is there', async () => {
  for (const end = Date.now() + patience; Date.now() < end && !isComplete(); await sleep(50));
  await sleep(500) // what would come twice, comes now
})
const forMs = Date.now() - started
const after = await place.onAir()
const radiosOf = (name: PeerName) =>
  numbers(vehicles).map((number) => {
    const take = (radio: Radio): Consumption => {
      const link = linkNumber(number, radio)
      return difference(after.radios[link]![name], before.radios[link]![name])
    }
    return { wlan0: take('wlan0'), wwan0: take('wwan0') }
  })
const reportOf = (name: PeerName, messenger: Messenger): PeerReport => ({
  ...outcomeOf(messenger),
  octets: after.octets[name] - before.octets[name],
  radios: radiosOf(name),
})
say({
  type: 'report',
  report: {
    stopWithin,
    forMs,
    incidents: drives.incidents,
    peers: {
      vagus: reportOf('vagus', vagus),
      ...Object.fromEntries(others.map(([name, messenger]) => [name, reportOf(name, messenger)])),
    },
  },
})
endProgram()

function difference(after: Consumption, before: Consumption): Consumption {
  const of = (key: keyof Consumption): number => after[key] - before[key]
  return { wakes: of('wakes'), fromIdle: of('fromIdle'), joules: of('joules'), busyMs: of('busyMs') }
}
