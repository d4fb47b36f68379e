/**
 * Sends and receives datagrams of a node:dgram socket by system calls on its descriptor. node:dgram allocates 64 KiB of
 * memory, an object and two strings for each datagram received, and a request for each one sent. Here one call reads
 * all waiting datagrams into memory that all sockets share, and a packet is sent from where it lies.
 * @module
 */
import type { Socket } from 'node:dgram'
import { endianness } from 'node:os'
import { getSystemErrorName } from 'node:util'
import { isOfSession } from '@vagus/channel'
import { type Koffi, type Library, nativeOnce } from '../native.ts'
import { uninitialized } from '../packet-memory.ts'
import type { DatagramPeer, DatagramReceiver, Datagrams } from './datagrams.ts'
import { batch, MessageBatch, readName, keyOfName, nameOf } from './message-batch.ts'

const dontWait = 0x40
/** Maximum calls in one turn of the event loop; after that others get their turn. */
const maxCalls = 4
const wouldBlock = 'EAGAIN'

interface Kernel {
  readonly recvmmsg: (fd: number, messages: number, count: number, flags: number, timeout: 0) => number
  readonly send: (fd: number, octets: Uint8Array, length: number, flags: number) => number
  readonly sendto: (
    fd: number,
    octets: Uint8Array,
    length: number,
    flags: number,
    to: Uint8Array,
    toLength: number,
  ) => number
  readonly setsockopt: (
    fd: number,
    level: number,
    option: number,
    value: Int32Array | Uint8Array,
    length: number,
  ) => number
  readonly poll: Koffi['node']['poll']
  /** The name of the previous call's error. */
  readonly error: () => string
  /** Filled and emptied again before the next socket has its turn. */
  readonly messages: MessageBatch
}

function kernelOf(library: Library, koffi: Koffi): Kernel {
  if (process.platform !== 'linux' || endianness() !== 'LE' || !['x64', 'arm64'].includes(process.arch))
    throw new Error('the layout of messages is that of 64-bit Linux')
  return {
    recvmmsg: library.func(
      'int recvmmsg(int fd, uintptr_t messages, unsigned int count, int flags, uintptr_t timeout)',
    ),
    send: library.func('long send(int fd, const void *octets, unsigned long length, int flags)'),
    sendto: library.func(
      'long sendto(int fd, const void *octets, unsigned long length, int flags, const void *to, unsigned int toLength)',
    ),
    setsockopt: library.func('int setsockopt(int fd, int level, int name, const void *value, unsigned int length)'),
    poll: koffi.node.poll,
    error() {
      const number = koffi.errno()
      return number > 0 ? getSystemErrorName(-number) : 'EIO' // the call's error is lost: something else ran in between
    },
    messages: new MessageBatch((memory) => koffi.address(memory)),
  }
}

const kernelHere = nativeOnce(kernelOf)

/** The handle under a node:dgram socket: undocumented, but unchanged for ten years. */
interface Handle {
  readonly fd: number
  recvStop(): number
}

function handleOf(socket: Socket): Handle | undefined {
  for (const symbol of Object.getOwnPropertySymbols(socket)) {
    const handle: unknown = (Reflect.get(socket, symbol) as { readonly handle?: unknown } | undefined)?.handle
    if (typeof handle !== 'object' || handle === null || !('fd' in handle) || !('recvStop' in handle)) continue
    if (typeof handle.fd === 'number' && handle.fd >= 0) return handle as Handle
  }
  return undefined
}

/**
 * For Linux (ip(7)). Handshake messages are longer than what passes everywhere. Where no one reports that a packet was
 * too long (many networks drop ICMP), routers must fragment it. Routers never fragment IPv6, and Linux does not
 * fragment by IPV6_MTU before a packet was refused.
 */
const mayBeCut = { level: 0, option: 10, value: Int32Array.of(0) } // IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT

/** The code point and, in the lower two bits, ECN of what is sent (ip(7), ipv6(7)). */
const marking = { IPv4: { level: 0, option: 1 }, IPv6: { level: 41, option: 67 } } as const // IP_TOS, IPV6_TCLASS

const bindToDevice = { level: 1, option: 25 } as const // SOL_SOCKET, SO_BINDTODEVICE

/**
 * Makes the socket send and receive only by the interface `name`, whatever the routes say (socket(7)). Without effect
 * where native calls do not work or the kernel refuses.
 */
export function bindToInterface(socket: Socket, name: string): void {
  const kernel = kernelHere()
  const handle = kernel && handleOf(socket)
  const value = new TextEncoder().encode(name)
  if (handle !== undefined) kernel?.setsockopt(handle.fd, bindToDevice.level, bindToDevice.option, value, value.length)
}

/** Keeps these referenced: koffi stops reading for an object that is garbage collected. */
const reading = new Set<Datagrams>()

/** `undefined` if native calls do not work here. */
export function nativeDatagrams(socket: Socket, receiver: DatagramReceiver): Datagrams | undefined {
  const kernel = kernelHere()
  const handle = kernel && handleOf(socket)
  if (kernel === undefined || handle === undefined || handle.recvStop() !== 0) return undefined
  const { level, option, value } = mayBeCut
  if (socket.address().family === 'IPv4') kernel.setsockopt(handle.fd, level, option, value, value.byteLength)
  return new NativeDatagrams(socket, handle.fd, kernel, receiver)
}

class NativeDatagrams implements Datagrams {
  readonly #socket: Socket
  readonly #fd: number
  readonly #kernel: Kernel
  readonly #receiver: DatagramReceiver
  readonly #poll: ReturnType<Koffi['node']['poll']>
  readonly #marking: { readonly level: number; readonly option: number }
  /** The datagram that is handed over. */
  #index = 0
  /** Its sender. One function, because most packets come from those that are known. */
  readonly #sender = (): DatagramPeer => peerOf(this.#kernel.messages.nameOf(this.#index))
  /** Of the last packet: peers of one socket may have different ones, but mostly have the same. */
  #dscp = 0
  #isOpen = true

  constructor(socket: Socket, fd: number, kernel: Kernel, receiver: DatagramReceiver) {
    this.#socket = socket
    this.#fd = fd
    this.#kernel = kernel
    this.#receiver = receiver
    this.#marking = socket.address().family === 'IPv6' ? marking.IPv6 : marking.IPv4
    socket.on('error', ({ code }: NodeJS.ErrnoException) => receiver.failed(code ?? ''))
    this.#poll = kernel.poll(fd, this.#onReadable)
    reading.add(this)
  }

  peerAt(address: string, port: number): { readonly key: string | number; readonly peer: DatagramPeer } {
    const name = nameOf(address, port)
    return { key: keyOfName(name), peer: { address, port, name } }
  }

  send(packet: Uint8Array, to?: DatagramPeer, dscp = 0): void {
    if (!this.#isOpen) return
    if (dscp !== this.#dscp) this.#mark(dscp)
    const { send, sendto, error } = this.#kernel
    const name = to?.name
    const sent =
      name === undefined
        ? send(this.#fd, packet, packet.length, dontWait)
        : sendto(this.#fd, packet, packet.length, dontWait, name, name.length)
    if (sent < 0) this.#failed(error(), to)
  }

  /** Without effect where the kernel refuses: the packet goes all the same. */
  #mark(dscp: number): void {
    this.#dscp = dscp
    this.#kernel.setsockopt(this.#fd, this.#marking.level, this.#marking.option, Int32Array.of(dscp << 2), 4)
  }

  close(): Promise<void> {
    if (!this.#isOpen) return Promise.resolve()
    this.#isOpen = false
    reading.delete(this)
    this.#poll.close()
    return new Promise((resolve) => this.#socket.close(() => resolve()))
  }

  /** libuv stops a poll that met an error, and reports that with a status below 0. */
  readonly #onReadable = (status: unknown): void => {
    // Callbacks queued for the end of this turn run only after an immediate: koffi calls us, but does not end the turn.
    // This is the turn's first immediate, so that an answer leaves with the reader's immediate and not a turn later.
    setImmediate(endTurn)
    try {
      this.#read()
    } catch (error) {
      // There is no caller that could catch it.
      setImmediate(() => {
        throw error
      })
    }
    if (typeof status === 'number' && status < 0 && this.#isOpen) this.#poll.start(this.#onReadable)
  }

  #read(): void {
    const { recvmmsg, messages, error } = this.#kernel
    for (let call = 0; call < maxCalls && this.#isOpen; call++) {
      const count = recvmmsg(this.#fd, messages.address, batch, dontWait, 0)
      if (count < 0) {
        const code = error()
        if (code !== wouldBlock) this.#failed(code)
        return
      }
      try {
        if (this.#take(messages, count) === 'later') return
      } finally {
        messages.renew(count)
      }
      if (count < batch) return
    }
  }

  /**
   * Hands over what arrived. A handshake message, and everything that arrived after it, gets a turn of its own:
   * promises may have to settle in between until someone listens for the next packet.
   */
  #take(messages: MessageBatch, count: number): 'now' | 'later' {
    let when: 'now' | 'later' = 'now'
    for (let index = 0; index < count && this.#isOpen; index++) {
      const packet = messages.datagram(index)
      const key = messages.keyOf(index)
      if (when === 'now' && isOfSession(packet)) {
        this.#index = index
        this.#receiver.datagram(packet, key, this.#sender)
        continue
      }
      when = 'later'
      const [kept, name] = [uninitialized(packet.length), messages.nameOf(index)]
      kept.set(packet)
      setImmediate(() => {
        if (this.#isOpen) this.#receiver.datagram(kept, key, () => peerOf(name))
      })
    }
    return when
  }

  /** Reports later: the sender has not finished. */
  #failed(code: string, to?: DatagramPeer): void {
    if (code !== wouldBlock) setImmediate(() => this.#receiver.failed(code, to))
  }
}

const peerOf = (name: Uint8Array): DatagramPeer => ({ ...readName(name), name })

function endTurn(): void {
  // The call itself ends the turn.
}
