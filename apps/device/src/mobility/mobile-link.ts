/**
 * The sockets of one link on which hosts attach: one in the group of edges, where they are looked for, and one at our
 * link-local address, from which everything is answered. Both are bound to the interface.
 * @module
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { mobilityGroup, mobilityPort } from '@vagus/mobility'

export interface MobileLink {
  readonly name: string
  /** Index of the interface. */
  readonly index: number
  /** Link-local address, as text. */
  readonly address: string
  /** `to` is an address on the link, with or without a zone. What cannot be sent is lost, as on any link. */
  readonly send: (octets: Uint8Array, to: string, port: number) => void
  readonly close: () => void
}

export interface MobileLinkListener {
  readonly onDatagram: (link: MobileLink, octets: Uint8Array, from: RemoteInfo) => void
  /** Its sockets are closed: the interface or its address is gone. */
  readonly onFailure: (link: MobileLink, problem: string) => void
}

/** @throws {Error} of the system */
export async function openMobileLink(
  { name, index, address }: Pick<MobileLink, 'name' | 'index' | 'address'>,
  { onDatagram, onFailure }: MobileLinkListener,
): Promise<MobileLink> {
  const sockets: Socket[] = []
  const close = (): void => sockets.splice(0).forEach((socket) => socket.close())
  const link: MobileLink = {
    name,
    index,
    address,
    send: (octets, to, port) => sockets[0]?.send(octets, port, to, () => undefined),
    close,
  }
  const open = async (at: string, socket = createSocket({ type: 'udp6', reuseAddr: true })): Promise<Socket> => {
    sockets.push(socket)
    socket.bind({ address: `${at}%${name}`, port: mobilityPort })
    await once(socket, 'listening')
    socket.on('message', (octets, from) => onDatagram(link, octets, from))
    socket.on('error', (error) => {
      close()
      onFailure(link, error.message)
    })
    return socket
  }
  try {
    await open(address)
    const group = await open(mobilityGroup)
    group.addMembership(mobilityGroup, `::%${name}`)
  } catch (error) {
    close()
    throw error
  }
  return link
}
