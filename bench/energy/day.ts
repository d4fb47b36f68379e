/** A day of an agent on a battery, over the real session engine in simulated time. */
import { type AccessName, accessProfiles, type Consumption } from '../../packages/channel/src/index.ts'
import { World } from '../../packages/channel/test/energy/world.ts'

const hour = 3_600_000

export interface Day {
  /** In the hours after the first minute. */
  readonly taken: Consumption
  readonly hours: number
  readonly messages: number
  readonly late: number
  /** Milliseconds from writing to arrival of telemetry: the median, and the longest. */
  readonly telemetry: { readonly median: number; readonly longest: number }
}

export interface DayOptions {
  readonly access: AccessName
  readonly mode: 'at once' | 'held' | 'told'
  readonly seed: number
  readonly hours: number
  /** `datagrams` of telemetry that is lost stay lost. */
  readonly telemetry?: 'datagram' | 'stream'
  readonly loss?: number
  /** Milliseconds that control messages have. */
  readonly control: number
}

/** One way, milliseconds. */
const delays = { wifi: 3, lte: 30, '5g': 12, geo: 300 } as const satisfies Record<AccessName, number>

/** Telemetry every 2 s, now and then news from outside, calls both ways, bursts of control; three sessions. */
export function dayOf(options: DayOptions): Day {
  const { access, mode, seed, hours, telemetry = 'datagram', loss = 0, control } = options
  const profile = accessProfiles[access]
  const world = new World({ seed, profile, mode, sessions: 3, delay: delays[access], loss })
  world.run(60_000)
  const end = world.now + hours * hour
  const every = (pause: () => number, run: () => void): void => {
    const next = (): void => {
      const at = world.now + pause()
      if (at < end)
        world.at(at, () => {
          run()
          next()
        })
    }
    next()
  }
  // Each has its own random numbers, so that it writes the same at the same time whatever the engine does.
  const random = [1, 2, 3, 4].map(
    (each) => new World({ seed: 10 * seed + each, profile, mode, sessions: 0, delay: 0 }).random,
  )
  const about = (milliseconds: number, which: number) => (): number => -Math.log(1 - random[which]!()) * milliseconds
  every(
    () => 2000,
    () => world[telemetry]('agent', 0, 'telemetry', 30_000, 500),
  )
  every(about(300_000, 0), () => world.datagram('peer', 1, 'telemetry', 60_000))
  every(about(900_000, 1), () => world.stream('agent', 1, 'call', 5000))
  every(about(900_000, 2), () => world.stream('peer', 2, 'call', 8000))
  every(about(900_000, 3), () => {
    for (let message = 0; message < 20; message++)
      world.at(world.now + 50 * message, () => world.datagram('agent', 2, 'control', control, 64))
  })
  const before = world.meter.consumption(world.now)
  world.run(end - world.now)
  const after = world.meter.consumption(world.now)
  world.run(180_000)
  const messages = world.messages()
  const waits = messages
    .filter((message) => message.class === 'telemetry' && message.at !== Infinity)
    .map(({ at, writtenAt }) => at - writtenAt)
    .sort((a, b) => a - b)
  return {
    taken: difference(after, before),
    hours,
    messages: messages.length,
    late: messages.filter(({ at, deadline }) => at > deadline).length,
    telemetry: { median: waits[waits.length >> 1] ?? 0, longest: waits.at(-1) ?? 0 },
  }
}

interface IdleOptions extends Pick<DayOptions, 'access' | 'mode' | 'hours'> {
  readonly sessions: number
  /** Milliseconds between keepalives, instead of the profile's. */
  readonly beat?: number
}

/** Sessions without a message. */
export function idleDay({ access, mode, sessions, hours, beat }: IdleOptions): Consumption {
  const { [access]: usual } = accessProfiles
  const profile = { ...usual, beat: beat ?? usual.beat }
  const world = new World({ seed: 1, profile, mode, sessions, delay: delays[access] })
  world.run(60_000)
  const before = world.meter.consumption(world.now)
  world.run(hours * hour)
  return difference(world.meter.consumption(world.now), before)
}

const difference = (after: Consumption, before: Consumption): Consumption => ({
  wakes: after.wakes - before.wakes,
  fromIdle: after.fromIdle - before.fromIdle,
  joules: after.joules - before.joules,
  busyMs: after.busyMs - before.busyMs,
})
