/** Two side-cars on a virtual network, and servers to put behind them. */
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Sidecar, type SidecarOptions, startSidecar } from '../src/index.ts'
import type { VirtualNetwork } from './virtual-network.ts'

export async function listening(
  listener: RequestListener,
  port = 0,
): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer({ maxHeaderSize: 131_072 }, listener).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

export function endServer(server: Server): void {
  server.close()
  server.closeAllConnections()
}

/** A side-car that can be ended as kill -9 would: nothing that it still does reaches the network. */
export async function sidecar(
  network: VirtualNetwork,
  name: string,
  more: Partial<SidecarOptions> = {},
): Promise<Sidecar & { kill(): void }> {
  const agent = network.open(name)
  const others = {
    name,
    notes: ':memory:',
    exposed: {},
    allowed: [],
    lookup: { find: async () => [] },
    port: 0,
    tokens: new Map<string, string>(),
  }
  const started = await startSidecar({ agent, ...others, ...more })
  return { ...started, kill: () => void started.close() }
}
