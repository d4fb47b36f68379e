/** The one port of an instance: multicasts go out from it over UDP, answers and requests come in over TCP (RFC 8990 §2.5.4.2). @module */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket as Connection } from 'node:net'

export interface Port {
  readonly number: number
  readonly udp: Socket
  readonly tcp: Server
}

const attempts = 20

/** Addresses are numbers already: without this each datagram would wait for a thread that looks up names. */
export const noLookup = (host: string, _options: unknown, done: (error: null, host: string, family: 6) => void): void =>
  done(null, host, 6)

/** A port that is free for both. @throws {Error} of the system when there is none */
export async function openPort(onConnection: (connection: Connection) => void, wanted = 0): Promise<Port> {
  for (let attempt = 1; ; attempt++) {
    const udp = createSocket({ type: 'udp6', lookup: noLookup })
    try {
      const listening = once(udp, 'listening')
      udp.bind(wanted, '::')
      await listening
      const { port } = udp.address()
      const tcp = createServer({ noDelay: true }, onConnection)
      tcp.listen(port, '::')
      await once(tcp, 'listening')
      return { number: port, udp, tcp }
    } catch (error) {
      udp.close()
      if (attempt === attempts || wanted !== 0) throw error
    }
  }
}

export function closePort({ udp, tcp }: Port): void {
  udp.close()
  tcp.close()
}
