/** Ends TLS at port 443 in front of a WebSocket of this host, as a web server does. Argument: the folder of its key. @module */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createServer } from 'node:tls'

const folder = process.argv[2]!
const read = (name: string): Buffer => readFileSync(join(folder, name))
createServer({ key: read('tls-key.pem'), cert: read('tls.pem') }, (client) => {
  const inner = connect(8080, '127.0.0.1')
  client.pipe(inner).pipe(client)
  for (const one of [client, inner]) one.on('error', () => [client, inner].forEach((other) => other.destroy()))
}).listen(443, '0.0.0.0', () => process.stdout.write('ready\n'))
