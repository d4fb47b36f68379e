/** One end of a path: answers the probes of the other end, and sends its own (RFC 8762). @module */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { LineEnd } from '@vagus/grasp/objectives'
import { addressesOf } from '@vagus/line'
import { type PathFigures, PathWatch, watchTimes } from './path-watch.ts'
import { readReflection, reflected, stampPort, writeTest } from './stamp.ts'

/** Hop limit that is told where Node does not say it. */
const unknownHops = 255

export class PathProbe {
  readonly #watch = new PathWatch(performance.now())
  readonly #sockets: readonly Socket[]
  readonly #timer: NodeJS.Timeout
  #isUsable = true

  private constructor(sockets: readonly Socket[], send: (sequence: number) => void, changed: () => void) {
    this.#sockets = sockets
    this.#timer = setInterval(() => {
      send(this.#watch.sent(performance.now()))
      if (this.isUsable === this.#isUsable) return
      this.#isUsable = !this.#isUsable
      changed()
    }, watchTimes.every).unref()
  }

  /**
   * The address of the end is there already.
   * @param changed is called when the path is usable no more, and when it is again
   * @throws {Error} where the port is taken
   */
  static async open({ locator, remote }: LineEnd, changed: () => void): Promise<PathProbe> {
    const [here, there] = [addressesOf(locator).probe, addressesOf(remote).probe]
    const reflector = await bound(here, stampPort)
    const sender = await connected(here, there).catch((error: unknown) => {
      reflector.close()
      throw error
    })
    const wall = (): number => performance.timeOrigin + performance.now()
    reflector.on('message', (test, from) => {
      const receivedAt = wall()
      if (from.address !== there) return
      const answer = reflected(test, unknownHops, receivedAt, wall())
      if (answer !== undefined) reflector.send(answer, from.port, there, () => undefined)
    })
    const send = (sequence: number): void => sender.send(writeTest(sequence, wall()), () => undefined)
    const probe = new PathProbe([reflector, sender], send, changed)
    sender.on('message', (octets) => {
      const back = readReflection(octets)
      if (back !== undefined) probe.#watch.came(back.sequence, back.heldMs, performance.now())
    })
    // Of a connected socket: "port unreachable" of the other end, whose agent is away.
    sender.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED') probe.#watch.refused(performance.now())
    })
    return probe
  }

  get isUsable(): boolean {
    return this.#watch.state(performance.now()) === 'usable'
  }

  get figures(): PathFigures {
    return this.#watch.figures(performance.now())
  }

  close(): void {
    clearInterval(this.#timer)
    for (const socket of this.#sockets) socket.close()
  }
}

async function bound(address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp6').unref()
  // Without a route there is an error for each probe: it is lost, and that is all.
  socket.bind(port, address)
  await once(socket, 'listening')
  socket.on('error', () => undefined)
  return socket
}

/** Takes in what comes from there alone. */
async function connected(here: string, there: string): Promise<Socket> {
  const socket = await bound(here, 0)
  socket.connect(stampPort, there)
  try {
    await once(socket, 'connect')
  } catch (error) {
    socket.close()
    throw error
  }
  return socket
}
