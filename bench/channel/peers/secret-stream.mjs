/** @hyperswarm/secret-stream over node:net: Noise XX with both keys. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import SecretStream from '@hyperswarm/secret-stream'

const keyPair = SecretStream.keyPair()

export const peer = {
  async serve(onStream) {
    const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      const stream = new SecretStream(false, socket, { keyPair })
      stream.on('error', () => undefined)
      onStream(stream)
    })
    server.listen(0, '127.0.0.1', 1024)
    await once(server, 'listening')
    return { target: { port: server.address().port } }
  },
  async connect({ port }) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    const stream = new SecretStream(true, socket, { keyPair })
    stream.on('error', () => undefined)
    await stream.opened
    return { stream, close: () => stream.destroy() }
  },
}
