/** All TCP ports of some addresses, asked for a connection that is never made. @module */
import { parseAddress } from '@vagus/address'
import { openRawSocket, UnavailableError, waitForSockets } from '@vagus/linux'
import { synOf, tcpAnswerIn } from '../segments.ts'

export interface Scan {
  /** IPv4 addresses; `source` is one of this host. */
  readonly source: string
  readonly destinations: readonly string[]
  /** Asked are 1 to this one. */
  readonly ports: number
}

export interface Scanned {
  readonly address: string
  /** `no-route`: this network has no way there, and nothing was sent. */
  readonly reached: 'yes' | 'no-route'
  readonly asked: number
  readonly open: readonly number[]
  readonly closed: number
  /** Neither, after so many tries. */
  readonly silent: number
}

const attempts = 3
/** SYNs under way at a time, and milliseconds after which those without an answer are given up for this attempt. */
const batch = 256
const patience = 100
/** Source port of all SYNs. */
const from = 40_404

export const scan = ({ source, destinations, ports }: Scan): readonly Scanned[] =>
  destinations.map((destination) => scanOne(source, destination, ports))

function scanOne(source: string, destination: string, ports: number): Scanned {
  const [own, other] = [source, destination].map((text) => parseAddress(text).subarray(12)) as [Uint8Array, Uint8Array]
  const socket = socketTo({ source, destination })
  if (socket === undefined)
    return { address: destination, reached: 'no-route', asked: 0, open: [], closed: 0, silent: 0 }
  const wait = waitForSockets([socket.fd])
  const answers = new Map<number, 'open' | 'closed'>()
  const take = (): void => {
    for (let packet = socket.receive(); packet !== undefined; packet = socket.receive()) {
      const answer = tcpAnswerIn(packet)
      if (answer?.to === from) answers.set(answer.port, answer.what)
    }
  }
  for (let attempt = 0; attempt < attempts; attempt++) {
    const left = Array.from({ length: ports }, (_, at) => at + 1).filter((port) => !answers.has(port))
    for (let at = 0; at < left.length; at += batch) {
      const asked = left.slice(at, at + batch)
      for (const port of asked) socket.send(synOf(own, other, from, port))
      const until = performance.now() + patience
      while (asked.some((port) => !answers.has(port)) && performance.now() < until) {
        wait(5)
        take()
      }
    }
  }
  socket.close()
  const open = [...answers].filter(([, what]) => what === 'open').map(([port]) => port)
  const closed = answers.size - open.length
  open.sort((one, next) => one - next)
  return { address: destination, reached: 'yes', asked: ports, open, closed, silent: ports - answers.size }
}

function socketTo(ends: { readonly source: string; readonly destination: string }) {
  try {
    return openRawSocket({ protocol: 'tcp', ...ends, sender: 'own' })
  } catch (error) {
    if (error instanceof UnavailableError && error.code === 'refused') return undefined
    throw error
  }
}
