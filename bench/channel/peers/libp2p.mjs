/** js-libp2p: TCP, Noise XX, yamux. */
import { Duplex } from 'node:stream'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const protocol = '/bench/1'
const limits = { inboundConnectionThreshold: 1e6, maxIncomingPendingConnections: 1e4, maxConnections: 1e5 }
const options = {
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: limits,
}

/** A stream of libp2p as Node's Duplex. */
function duplexOf(stream) {
  const duplex = new Duplex({
    read: () => undefined,
    write(chunk, _, done) {
      if (stream.send(chunk)) done()
      else stream.addEventListener('drain', () => done(), { once: true })
    },
    final(done) {
      stream.close().then(() => done(), done)
    },
  })
  stream.addEventListener('message', ({ data }) => duplex.push(data.subarray()))
  stream.addEventListener('remoteCloseWrite', () => duplex.push(null))
  stream.addEventListener('close', () => duplex.push(null))
  return duplex
}

export const peer = {
  async serve(onStream) {
    const node = await createLibp2p({ ...options, addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] } })
    await node.handle(protocol, (stream) => onStream(duplexOf(stream)), { maxInboundStreams: 1e6 })
    return { target: { address: node.getMultiaddrs()[0].toString() } }
  },
  async connect({ address }) {
    const node = await createLibp2p(options)
    const connection = await node.dial(multiaddr(address))
    const stream = await connection.newStream(protocol)
    return { stream: duplexOf(stream), close: () => void node.stop() }
  },
}
