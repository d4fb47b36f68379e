/** The router's flow export, as the agent beside it receives it: any protocol, from this host or the router alone. @module */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Endpoint, parseAddress } from '@vagus/address'
import { createCollector, type FlowBlock } from '@vagus/flow'

/** Milliseconds. */
const tick = 1000

/** Fulfilled when it listens. Rejects when it cannot. */
export async function startFlowIntake(
  listen: Endpoint,
  onBlock: (block: FlowBlock) => void,
): Promise<{ readonly close: () => void }> {
  const collector = createCollector({
    clocks: 'set-right',
    onBlock: (block) => {
      onBlock(block)
      collector.recycle(block)
    },
  })
  const socket = createSocket(listen.address.includes(':') ? 'udp6' : 'udp4')
  socket.on('message', (datagram, { address }) =>
    collector.receive(datagram, { address: parseAddress(address), port: listen.port }, Date.now()),
  )
  socket.bind(listen.port, listen.address)
  await once(socket, 'listening')
  const timer = setInterval(() => {
    collector.flush()
    collector.tick(Date.now())
  }, tick)
  return {
    close() {
      clearInterval(timer)
      socket.close()
    },
  }
}
