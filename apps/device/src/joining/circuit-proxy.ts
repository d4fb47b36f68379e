/**
 * A circuit proxy (RFC 8995 §4): whoever connects to it on the link is connected to the registrar, octet for octet. TLS
 * begins and ends elsewhere: nothing of it is read here.
 * @module
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { CircuitCount, circuitLimits, Pace } from './circuit-limits.ts'

/** Milliseconds within which the registrar must take a connection. */
const connectMs = 10_000

export interface RegistrarPlace {
  readonly address: string
  readonly port: number
}

export interface CircuitProxyOptions {
  /** Of ours, with its interface behind "%". */
  readonly listenAt: string
  /** Undefined: none is known. */
  readonly registrar: () => RegistrarPlace | undefined
  /** Shared by the proxies of all interfaces. */
  readonly count: CircuitCount
  /** Told of each newcomer that comes, and what becomes of it. */
  readonly onCircuit: (event: CircuitEvent) => void
  /** Milliseconds without an octet either way; default as in `circuitLimits`. */
  readonly idleMs?: number
}

export type CircuitEvent =
  | { readonly type: 'opened'; readonly source: string }
  | { readonly type: 'refused'; readonly source: string; readonly because: string }
  /** The registrar did not take the connection. */
  | { readonly type: 'unreachable'; readonly source: string; readonly because: string }

export interface CircuitProxy {
  readonly port: number
  /** Ends all its circuits, too. */
  close(): Promise<void>
}

/** @throws node's error when it cannot listen */
export async function openCircuitProxy(options: CircuitProxyOptions): Promise<CircuitProxy> {
  const { listenAt, count, registrar, onCircuit, idleMs = circuitLimits.idleMs } = options
  const circuits = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (newcomer) => {
    const source = newcomer.remoteAddress ?? 'gone'
    newcomer.on('error', () => undefined) // the pipeline says it, where there is one
    const place = registrar()
    const because = place === undefined ? 'no registrar is known' : count.enter(source)
    if (because !== undefined || place === undefined) {
      newcomer.destroy()
      onCircuit({ type: 'refused', source, because: because ?? '' })
      return
    }
    circuits.add(newcomer)
    onCircuit({ type: 'opened', source })
    const unreachable = (because: string): void => onCircuit({ type: 'unreachable', source, because })
    void carry(newcomer, place, idleMs, unreachable).finally(() => {
      newcomer.destroy()
      circuits.delete(newcomer)
      count.leave(source)
    })
  })
  server.listen({ host: listenAt, port: 0, ipv6Only: true, backlog: circuitLimits.count })
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const circuit of circuits) circuit.destroy()
      await closed
    },
  }
}

async function carry(
  newcomer: Socket,
  { address, port }: RegistrarPlace,
  idleMs: number,
  unreachable: (problem: string) => void,
): Promise<void> {
  const registrar = connect({ host: address, port, allowHalfOpen: true, noDelay: true })
  const end = (): void => {
    newcomer.destroy()
    registrar.destroy()
  }
  const life = setTimeout(end, circuitLimits.lifeMs).unref()
  try {
    await within(connectMs, registrar)
    // An octet either way is seen by both.
    newcomer.setTimeout(idleMs, end)
    await Promise.all([pipeline(newcomer, paced, registrar), pipeline(registrar, paced, newcomer)])
  } catch (error) {
    if (registrar.bytesRead === 0 && !newcomer.destroyed) unreachable((error as Error).message)
  } finally {
    clearTimeout(life)
    end()
  }
}

/** @throws {Error} that says why it is not connected */
async function within(milliseconds: number, socket: Socket): Promise<void> {
  const signal = AbortSignal.timeout(milliseconds)
  try {
    await once(socket, 'connect', { signal })
  } catch (error) {
    if (signal.aborted) throw new Error(`no answer within ${milliseconds / 1000} s`, { cause: error })
    throw error
  }
}

async function* paced(octets: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const pace = new Pace(performance.now())
  for await (const some of octets) {
    yield some
    const wait = pace.waitAfter(some.length, performance.now())
    if (wait > 0) await pause(wait)
  }
}
