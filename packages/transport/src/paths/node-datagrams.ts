/** What comes and goes by a socket of node:dgram, by its own events and calls. @module */
import type { RemoteInfo, Socket } from 'node:dgram'
import type { DatagramReceiver, Datagrams } from './datagrams.ts'

/** @param socket bound; a connected one hears of its peer alone */
export function nodeDatagrams(socket: Socket, receiver: DatagramReceiver): Datagrams {
  const onError = ({ code }: NodeJS.ErrnoException): void => receiver.failed(code ?? '')
  const onSent = (error: Error | null): void => {
    if (error !== null) onError(error)
  }
  socket.on('message', (packet, sender: RemoteInfo) =>
    receiver.datagram(packet, `${sender.address} ${sender.port}`, () => sender),
  )
  socket.on('error', onError)
  let isOpen = true
  return {
    send(packet, to) {
      if (!isOpen) return
      // A callback costs a turn of its own; without one, what fails is one datagram, which may be lost.
      if (to === undefined) socket.send(packet, onSent)
      else socket.send(packet, to.port, to.address)
    },
    close: () =>
      new Promise((resolve) => {
        if (!isOpen) return resolve()
        isOpen = false
        socket.close(() => resolve())
      }),
  }
}
