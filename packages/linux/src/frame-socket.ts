/**
 * Ethernet frames of an interface, as they come and as they shall go: a packet socket (packet(7)). Each frame carries the
 * `virtio_net_hdr` before it (linux/virtio_net.h), in which the kernel says what it left for later, such as a checksum;
 * sent as it was received, nothing of that is lost.
 * @module
 */
import { UnavailableError } from './errors.ts'
import { libc, linux, mustWork } from './libc.ts'

/** Octets of `virtio_net_hdr` before each frame. */
export const frameHeaderOctets = 10
/** The largest that the kernel hands over whole: 64 KiB when segments are left for later, and what stands before them. */
const largestFrame = 65_536 + 64
/** Octets of frames that may wait to be read: a third of a second at 100 Mbit/s. */
const receiveBuffer = 4_194_304

export interface FrameSocket {
  readonly fd: number
  /** The next frame received on the interface, header first; a view that the next call overwrites. */
  receive(): Uint8Array | undefined
  /** False when the interface is down or has no room: the frame is gone, as on a wire. */
  send(frame: Uint8Array): boolean
  close(): void
}

/** All frames received on the interface of this network namespace. Needs CAP_NET_RAW. @throws {UnavailableError} */
export function openFrameSocket(interfaceName: string): FrameSocket {
  const c = libc()
  const index = c.if_nametoindex(interfaceName)
  if (index === 0) throw new UnavailableError('address', `there is no interface "${interfaceName}"`)
  const fd = mustWork(c.socket(linux.AF_PACKET, linux.SOCK_RAW | linux.SOCK_CLOEXEC, 0), 'packet socket')
  const set = (level: number, option: number, value: number): number =>
    c.setsockopt(fd, level, option, new Uint32Array([value]), 4)
  try {
    mustWork(set(linux.SOL_PACKET, linux.PACKET_VNET_HDR, 1), 'PACKET_VNET_HDR')
    mustWork(set(linux.SOL_PACKET, linux.PACKET_IGNORE_OUTGOING, 1), 'PACKET_IGNORE_OUTGOING')
    const forced = set(linux.SOL_SOCKET, linux.SO_RCVBUFFORCE, receiveBuffer)
    if (forced < 0) mustWork(set(linux.SOL_SOCKET, linux.SO_RCVBUF, receiveBuffer), 'SO_RCVBUF')
    const address = linkAddress(index)
    mustWork(c.bind(fd, address, address.length), `bind to ${interfaceName}`)
  } catch (error) {
    c.close(fd)
    throw error
  }
  const into = new Uint8Array(largestFrame)
  return {
    fd,
    receive() {
      const length = c.recv(fd, into, into.length, linux.MSG_DONTWAIT)
      // Nothing has arrived, or the interface went down, which is reported once; it may come up again.
      return length > 0 ? into.subarray(0, length) : undefined
    },
    send: (frame) => c.send(fd, frame, frame.length, linux.MSG_DONTWAIT) === frame.length,
    close: () => void c.close(fd),
  }
}

/** `sockaddr_ll`: family, protocol (big-endian), interface index; the rest is not read by bind. */
function linkAddress(index: number): Uint8Array {
  const address = new Uint8Array(20)
  const view = new DataView(address.buffer)
  view.setUint16(0, linux.AF_PACKET, true)
  view.setUint16(2, linux.ETH_P_ALL)
  view.setInt32(4, index, true)
  return address
}
