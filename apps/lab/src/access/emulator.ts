/**
 * Joins the engines of both directions to the interfaces of access links: frames that come in by one leave by the other
 * when the engine says so. It blocks its thread while nothing happens, so it is a process of its own; its event loop gets
 * a turn behind each frame, and every few milliseconds.
 * @module
 */
import { frameHeaderOctets, type FrameSocket, openFrameSocket, waitForSockets } from '@vagus/linux'
import { createRandom } from '../random.ts'
import { OneWay } from './one-way.ts'
import { type AccessProfile, oneWayOf, type Way } from './profile.ts'
import type { Fates } from './emulator-control.ts'

export interface EmulatorOptions {
  /** Interfaces of the emulator's namespace. */
  readonly agentSide: string
  readonly siteSide: string
  readonly profile: AccessProfile
  /** The same seed and the same packets give the same losses, and at the same times the same delays. */
  readonly seed: number
}

export interface Emulator {
  /** `dead`: both directions lose everything, without a sign. */
  setState(state: 'alive' | 'dead'): void
  fates(): Fates
}

/** Milliseconds that the event loop waits at most, when no frame comes: a link that nobody uses costs next to nothing. */
const longestWait = 50
/** Frames of one side that are taken before the other has its turn. */
const maxAtOnce = 64

/** Milliseconds since 1970 that do not go back. */
const clock = (): number => performance.timeOrigin + performance.now()

/** Runs until the process ends. @throws {UnavailableError} when an interface is not there */
export const startEmulator = (options: EmulatorOptions): Emulator => startEmulators([options])[0]!

/**
 * Several links in one process: few packets each, as those of a fleet. `onFrame` gets each frame that is on the air of a
 * link, by its place in the list, with `frameHeaderOctets` before it. @throws {UnavailableError} when an interface is not there
 */
export function startEmulators(
  all: readonly EmulatorOptions[],
  onFrame?: (link: number, frame: Uint8Array) => void,
): readonly Emulator[] {
  const links = all.map(openLink)
  const wait = waitForSockets(links.flatMap(({ agent, site }) => [agent.fd, site.fd]))

  function turn(): void {
    const next = Math.min(...links.flatMap(({ engines: { up, down } }) => [arrivalOf(up), arrivalOf(down)]))
    wait(Math.max(0, Math.min(longestWait, next - clock())))
    for (const [at, { agent, site, engines }] of links.entries()) {
      const isOnAir = (frame: Uint8Array): void => onFrame?.(at, frame)
      takeIn(agent, engines.up, isOnAir)
      takeIn(site, engines.down, isOnAir)
      giveOut(engines.up, site)
      giveOut(engines.down, agent)
    }
    setImmediate(turn)
  }
  setImmediate(turn)

  return links.map(({ engines }) => ({
    setState(state) {
      for (const engine of Object.values(engines)) {
        engine.state = state
        if (state === 'dead') engine.clear()
      }
    },
    fates: () => ({ up: { ...engines.up.fates }, down: { ...engines.down.fates } }),
  }))
}

interface Link {
  readonly agent: FrameSocket
  readonly site: FrameSocket
  readonly engines: Readonly<Record<Way, OneWay<Uint8Array>>>
}

function openLink({ agentSide, siteSide, profile, seed }: EmulatorOptions): Link {
  const engineOf = (way: Way): OneWay<Uint8Array> =>
    new OneWay(oneWayOf(profile, way), createRandom(seed, agentSide, way), clock())
  return {
    agent: openFrameSocket(agentSide),
    site: openFrameSocket(siteSide),
    engines: { up: engineOf('up'), down: engineOf('down') },
  }
}

const arrivalOf = ({ nextArrival }: OneWay<Uint8Array>): number => nextArrival ?? Infinity

function takeIn(socket: FrameSocket, engine: OneWay<Uint8Array>, isOnAir: (frame: Uint8Array) => void): void {
  for (let count = 0; count < maxAtOnce; count++) {
    const frame = socket.receive()
    if (frame === undefined) return
    const fate = engine.offer(frame.slice(), frame.length - frameHeaderOctets, clock())
    if (fate === 'carried' || fate === 'lost') isOnAir(frame)
  }
}

function giveOut(engine: OneWay<Uint8Array>, socket: FrameSocket): void {
  const now = clock()
  for (let frame = engine.take(now); frame !== undefined; frame = engine.take(now)) {
    if (!socket.send(frame)) engine.fail()
  }
}
