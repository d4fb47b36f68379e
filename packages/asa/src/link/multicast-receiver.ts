/** Receives what neighbours on one interface send to ALL_GRASP_NEIGHBORS, and nothing else. @module */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { grasp } from '@vagus/grasp'

export interface ReceiverListener {
  readonly onUp: () => void
  readonly onDatagram: (octets: Uint8Array, from: RemoteInfo) => void
  /** It will receive no more: the interface or the socket is gone. */
  readonly onFailure: (problem: string) => void
}

/** Several receivers on one machine share the port; each gets a copy. Call the function returned to end it. */
export function receiveMulticasts(name: string, { onUp, onDatagram, onFailure }: ReceiverListener): () => void {
  const socket: Socket = createSocket({ type: 'udp6', reuseAddr: true })
  let isClosed = false
  const end = (): void => {
    if (!isClosed) socket.close()
    isClosed = true
  }
  const fail = (error: unknown): void => {
    if (isClosed) return
    end()
    onFailure(error instanceof Error ? error.message : String(error))
  }
  socket.on('error', fail)
  socket.on('message', onDatagram)
  // Bound to the group, not to every address: a datagram sent to this host alone is not a multicast (RFC 8990 §2.5.4.2).
  socket.bind({ address: `${grasp.neighborsIpv6}%${name}`, port: grasp.listenPort }, () => {
    try {
      socket.addMembership(grasp.neighborsIpv6, `::%${name}`)
      onUp()
    } catch (error) {
      fail(error)
    }
  })
  return end
}
