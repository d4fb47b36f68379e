/** An HTTP proxy that lets nothing through but CONNECT to port 443 (RFC 9110 §9.3.6), as companies have it. @module */
import { connect } from 'node:net'

const { createServer } = process.getBuiltinModule('node:http')

const server = createServer((_, response) => response.writeHead(403).end('only CONNECT\n'))
server.on('connect', (request, client) => {
  const [, host, port] = /^\[?([\w.:-]+?)\]?:(\d+)$/.exec(request.url ?? '') ?? []
  if (host === undefined || port !== '443') return client.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
  const target = connect(443, host, () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    client.pipe(target).pipe(client)
  })
  for (const one of [client, target]) one.on('error', () => [client, target].forEach((other) => other.destroy()))
  return undefined
})
server.listen(3128, '0.0.0.0', () => process.stdout.write('ready\n'))
