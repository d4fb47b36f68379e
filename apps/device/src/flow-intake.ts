/** The router's flow export, as the agent beside it receives it: any protocol, from whoever reaches the port. @module */
import type { Endpoint } from '@vagus/address'
import { createCollector, type FlowBlock } from '@vagus/flow'
import { openDgramSocket } from '@vagus/linux'

/** Milliseconds. */
const tick = 1000

/** Fulfilled when it listens; `onDatagram` is called for each, before its blocks; port 0 lets the kernel choose. @throws {UnavailableError} when it cannot */
export async function startFlowIntake(
  listen: Endpoint,
  onBlock: (block: FlowBlock) => void,
  onDatagram: () => void = () => undefined,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const collector = createCollector({
    clocks: 'set-right',
    onBlock: (block) => {
      onBlock(block)
      collector.recycle(block)
    },
  })
  const socket = await openDgramSocket({ ...listen, families: 'both' }, (datagram, source) => {
    onDatagram()
    collector.receive(datagram, source, Date.now())
  })
  const timer = setInterval(() => {
    collector.flush()
    collector.tick(Date.now())
  }, tick)
  return {
    port: socket.address().port,
    close() {
      clearInterval(timer)
      socket.close()
    },
  }
}
