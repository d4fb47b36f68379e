/** Datagrams of a node:dgram socket by its own events and calls. @module */
import type { RemoteInfo, Socket } from 'node:dgram'
import { SocketAddress } from 'node:net'
import type { DatagramReceiver, Datagrams } from './datagrams.ts'

/** @param socket bound; if connected, it receives only from its peer */
export function nodeDatagrams(socket: Socket, receiver: DatagramReceiver): Datagrams {
  const onError = ({ code }: NodeJS.ErrnoException): void => receiver.failed(code ?? '')
  const onSent = (error: Error | null): void => {
    if (error !== null) onError(error)
  }
  const keyOf = (address: string, port: number): string => `${address} ${port}`
  socket.on('message', (packet, sender: RemoteInfo) => {
    if (sender.port === 0) return // anybody can write that, and node throws when it is to answer there
    receiver.datagram(packet, keyOf(sender.address, sender.port), () => sender)
  })
  socket.on('error', onError)
  let isOpen = true
  return {
    peerAt(text, port) {
      const family = text.includes(':') ? 'ipv6' : 'ipv4'
      const { address } = new SocketAddress({ address: text, port, family }) // the form of the kernel
      return { key: keyOf(address, port), peer: { address, port } }
    },
    send(packet, to) {
      if (!isOpen) return
      if (to === undefined) socket.send(packet, onSent)
      else
        socket.send(packet, to.port, to.address, (error: NodeJS.ErrnoException | null) => {
          if (error !== null) receiver.failed(error.code ?? '', to)
        })
    },
    close: () =>
      new Promise((resolve) => {
        if (!isOpen) return resolve()
        isOpen = false
        socket.close(() => resolve())
      }),
  }
}
