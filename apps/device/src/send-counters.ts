/**
 * `vagus device`: once a second the counters of the router's interfaces go to the collector as sFlow version 5. UDP, so
 * a collector that is away costs a gap and nothing else. The socket is connected: so the kernel tells when its host says
 * that nothing listens there (ICMP port unreachable).
 * @module
 */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIP } from 'node:net'
import { type AddressError, type Endpoint, formatEndpoint, parseEndpoint } from '@vagus/address'
import { readInterfaceCounters } from '@vagus/linux'
import { counterDatagrams, type CounterSource } from './counter-datagrams.ts'
import { rounds } from './rounds.ts'
import { sourceAddress } from './source-address.ts'

export interface CounterOptions {
  /** Name of the device, for what is reported. */
  readonly name: string
  readonly collector: Endpoint
  /** The address by which the configuration knows the device (`devices[].address`). */
  readonly agent: string
  /**
   * Our address towards the collector, which believes no other than those it knows of the device; default: that of
   * `agent` where it is one of this host, else the kernel chooses.
   */
  readonly source?: string
  /** Between two readings, in milliseconds; default 1000. */
  readonly interval?: number
  /** Takes a line for people when something starts or stops failing. */
  readonly report?: (line: string) => void
}

const defaultInterval = 1000
const minInterval = 100

/**
 * Sends until `signal` aborts. @throws {RangeError} on a wrong option, {UnavailableError} where interface counters
 * cannot be read at all
 */
export async function sendCounters(options: CounterOptions, signal: AbortSignal): Promise<void> {
  const { name, agent, collector, interval = defaultInterval, report } = options
  if (interval < minInterval) throw new RangeError(`"interval" must be at least ${minInterval} ms, got ${interval}`)
  if (isIP(agent) === 0) throw new RangeError(`"agent" must be an IPv4 or IPv6 address, got "${agent}"`)
  readInterfaceCounters() // where they cannot be read at all, there is nothing to try again
  const source: CounterSource = { agentAddress: agent, subAgent: 0, datagrams: 0, readings: 0 }
  let way: Way | undefined
  const started = performance.now()
  const send = async (): Promise<void> => {
    const datagrams = counterDatagrams(source, readInterfaceCounters(), performance.now() - started)
    try {
      way ??= await openWay(options, signal)
      await sendAll(way, datagrams)
    } catch (error) {
      // The address that it sends from may have gone: the next reading looks for one again.
      if (!signal.aborted) way?.socket.close()
      way = undefined
      throw error
    }
    if (!way.isRefused) return
    way.isRefused = false
    throw new Error(
      `nothing listens at ${formatEndpoint(collector)}: is it in flow.listen of the controller's vagus.yaml?`,
    )
  }
  await rounds(interval, signal, send, (problem, state) =>
    report?.(`${name}: ${state === 'fails' ? problem : 'sends again'}`),
  )
}

interface Way {
  readonly socket: Socket
  /** Whether the collector's host has said since the last reading that nothing listens there. */
  isRefused: boolean
}

/**
 * Bound to the address by which the collector knows the device, where there is one; open until `signal` aborts.
 * @throws {Error} of the kernel
 */
async function openWay({ agent, collector, source }: CounterOptions, signal: AbortSignal): Promise<Way> {
  const socket = createSocket({ type: isIP(collector.address) === 6 ? 'udp6' : 'udp4', signal })
  const address = source ?? sourceAddress(agent, collector.address)
  try {
    if (address !== undefined) await bound(socket, address)
    socket.connect(collector.port, collector.address)
    await once(socket, 'connect')
  } catch (error) {
    if (!signal.aborted) socket.close()
    throw error
  }
  const way: Way = { socket, isRefused: false }
  // What else it may be, the next send is told as well.
  socket.on('error', (error) => (way.isRefused ||= isRefusal(error)))
  return way
}

async function bound(socket: Socket, address: string): Promise<void> {
  socket.bind(0, address)
  try {
    await once(socket, 'listening')
  } catch (cause) {
    throw new Error(`cannot send from ${address}: ${(cause as Error).message}`, { cause })
  }
}

/** @throws {Error} of the kernel, on the first that cannot be sent; one that is refused only marks the way */
async function sendAll(way: Way, datagrams: readonly Uint8Array[]): Promise<void> {
  for (const datagram of datagrams) {
    await new Promise<void>((resolve, reject) =>
      way.socket.send(datagram, (error) => {
        if (error !== null && !isRefusal(error)) return reject(error)
        way.isRefused ||= error !== null
        resolve()
      }),
    )
  }
}

const isRefusal = (error: Error): boolean => 'code' in error && error.code === 'ECONNREFUSED'

/** Of `ADDRESS:PORT` or `[ADDRESS]:PORT`, which `option` was given. @throws {RangeError} */
export function endpointOf(option: string, text: string): Endpoint {
  try {
    return parseEndpoint(text, 1)
  } catch (cause) {
    throw new RangeError(`${option}: ${(cause as AddressError).message}`, { cause })
  }
}
