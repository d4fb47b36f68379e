/** A connection to a peer: by Node, or through the kernel directly where it must be protected from the first packet on. @module */
import { connect, Socket } from 'node:net'
import { dialProtected, UnavailableError } from '@vagus/linux'
import type { PeerOptions } from '../options.ts'

const bgpPort = 179

export interface DialHandlers {
  readonly onConnected: (socket: Socket) => void
  readonly onFailed: (problem: string) => void
}

export interface Dial {
  /** Nobody is told any more. */
  readonly cancel: () => void
}

/** One of the handlers is called once, later. */
export function dial(peer: PeerOptions, handlers: DialHandlers): Dial {
  return peer.password === undefined && peer.ttlSecurity === undefined
    ? dialPlain(peer, handlers)
    : dialWithProtection(peer, handlers)
}

function dialPlain({ address, port = bgpPort, localAddress }: PeerOptions, handlers: DialHandlers): Dial {
  const socket = connect({ host: address, port, ...(localAddress === undefined ? {} : { localAddress }) })
  const onError = (error: Error): void => handlers.onFailed(error.message)
  socket.once('error', onError)
  socket.once('connect', () => {
    socket.off('error', onError)
    handlers.onConnected(socket)
  })
  return {
    cancel() {
      socket.removeAllListeners()
      socket.on('error', () => undefined)
      socket.destroy()
    },
  }
}

function dialWithProtection(peer: PeerOptions, handlers: DialHandlers): Dial {
  const { address, port = bgpPort, localAddress, password, ttlSecurity } = peer
  let isCancelled = false
  const abort = new AbortController()
  dialProtected({
    address,
    port,
    signal: abort.signal,
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(password === undefined ? {} : { password }),
    ...(ttlSecurity === undefined ? {} : { hops: ttlSecurity }),
  }).then(
    (fd) => {
      const socket = new Socket({ fd, readable: true, writable: true })
      if (isCancelled) socket.destroy()
      else handlers.onConnected(socket)
    },
    (error: unknown) => {
      if (!isCancelled) handlers.onFailed(error instanceof UnavailableError ? error.message : String(error))
    },
  )
  return {
    cancel() {
      isCancelled = true
      abort.abort()
    },
  }
}
