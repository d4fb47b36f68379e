/** One end of a path: answers the probes of the other end, and sends its own (RFC 8762). @module */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { LineEnd } from '@vagus/grasp/objectives'
import { addressesOf } from '@vagus/line'
import { kernelNow, openTimedSocket, type TimedSocket } from '@vagus/linux'
import { type Pace, type PathFigures, type PathState, PathWatch, watchTimes } from './path-watch.ts'
import { readReflection, reflected, stampPort, writeTest } from './stamp.ts'

/** Hop limit that is told where Node does not say it. */
const unknownHops = 255

export class PathProbe {
  readonly #watch = new PathWatch(performance.now())
  readonly #sockets: readonly Socket[]
  readonly #send: (sequence: number) => void
  readonly #changed: () => void
  #timer: NodeJS.Timeout
  #state: PathState = 'answers'

  private constructor(sockets: readonly Socket[], send: (sequence: number) => void, changed: () => void) {
    this.#sockets = sockets
    this.#send = send
    this.#changed = changed
    this.#timer = this.#timed()
  }

  /**
   * The address of the end is there already.
   * @param changed is called when its state has changed
   * @throws {Error} where the port is taken
   */
  static async open({ locator, remote }: LineEnd, changed: () => void): Promise<PathProbe> {
    const [here, there] = [addressesOf(locator).probe, addressesOf(remote).probe]
    const [reflector, sender] = await boundTwo(here)
    await connected(sender.socket, there).catch((error: unknown) => {
      reflector.socket.close()
      sender.socket.close()
      throw error
    })
    reflector.socket.on('message', (test, from) => {
      const receivedAt = reflector.arrivedAt()
      if (from.address !== there) return
      const answer = reflected(test, unknownHops, receivedAt, kernelNow())
      if (answer !== undefined) reflector.socket.send(answer, from.port, there, () => undefined)
    })
    const send = (sequence: number): void => sender.socket.send(writeTest(sequence, kernelNow()), () => undefined)
    const probe = new PathProbe([reflector.socket, sender.socket], send, changed)
    sender.socket.on('message', (octets) => {
      const at = sender.arrivedAt()
      const back = readReflection(octets)
      if (back !== undefined) probe.#watch.came(back.sequence, back.heldMs, performance.now(), at - back.sentAt)
    })
    // Of a connected socket: "port unreachable" of the other end, whose agent is away.
    sender.socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED') probe.#watch.refused(performance.now())
    })
    return probe
  }

  get state(): PathState {
    return this.#watch.state(performance.now())
  }

  set pace(pace: Pace) {
    if (pace === this.#watch.pace) return
    this.#watch.pace = pace
    clearInterval(this.#timer)
    this.#timer = this.#timed()
  }

  get figures(): PathFigures {
    return this.#watch.figures(performance.now())
  }

  #timed(): NodeJS.Timeout {
    return setInterval(() => this.#step(), watchTimes.every[this.#watch.pace]).unref()
  }

  #step(): void {
    this.#send(this.#watch.sent(performance.now()))
    const { state } = this
    if (state === this.#state) return
    this.#state = state
    this.#changed()
  }

  close(): void {
    clearInterval(this.#timer)
    for (const socket of this.#sockets) socket.close()
  }
}

interface Bound extends Pick<TimedSocket, 'arrivedAt'> {
  readonly socket: Socket
}

/** The reflector, and the sender. */
async function boundTwo(address: string): Promise<readonly [Bound, Bound]> {
  const reflector = await bound(address, stampPort)
  try {
    return [reflector, await bound(address, 0)]
  } catch (error) {
    reflector.socket.close()
    throw error
  }
}

async function bound(address: string, port: number): Promise<Bound> {
  const { fd, arrivedAt } = openTimedSocket(address, port)
  const socket = createSocket('udp6').unref()
  // Without a route there is an error for each probe: it is lost, and that is all.
  const listening = once(socket, 'listening')
  socket.bind({ fd })
  await listening
  socket.on('error', () => undefined)
  return { socket, arrivedAt }
}

/** Takes in what comes from there alone. */
async function connected(socket: Socket, there: string): Promise<void> {
  socket.connect(stampPort, there)
  await once(socket, 'connect')
}
