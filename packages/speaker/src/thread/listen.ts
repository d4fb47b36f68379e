/** Listening at an address, with the errors of this project. @module */
import { once } from 'node:events'
import { isIPv6, type Server } from 'node:net'
import { UnavailableError } from '@vagus/linux'
import type { Endpoint } from '../options.ts'

/** Where the server listens then. @throws {UnavailableError} when the address cannot be had */
export async function listenAt(server: Server, { address, port }: Endpoint): Promise<Endpoint> {
  server.listen({ host: address, port, ipv6Only: isIPv6(address) })
  try {
    await once(server, 'listening')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new UnavailableError(unavailable[code ?? ''] ?? 'refused', message, { cause })
  }
  return { address, port: (server.address() as { port: number }).port }
}

const unavailable: Readonly<Record<string, UnavailableError['code']>> = {
  EADDRINUSE: 'in-use',
  EACCES: 'not-permitted',
  EADDRNOTAVAIL: 'address',
}
