import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer as createForwarder, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { createServer as createTlsProxy, setDefaultCACertificates } from 'node:tls'
import { openAgent } from '@vagus/agent'
import { Keyring, ownAgent, ownIdentityOf } from '@vagus/keyring'
import { folderLookup, Presence } from '@vagus/lookup'
import { needs } from '../../../scripts/needs.ts'

const home = mkdtempSync(join(tmpdir(), 'vagus-reached-at-'))
afterEach(() => rmSync(home, { recursive: true, force: true }))

test(
  'an agent is called through a TLS proxy and a forwarded port that its document names',
  { skip: needs('openssl') },
  async (t) => {
    const [key, cert] = [join(home, 'key.pem'), join(home, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const made = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '1',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ]
    execFileSync('openssl', made, { stdio: 'ignore' })
    setDefaultCACertificates([readFileSync(cert, 'utf8')])
    const keyring = new Keyring(home)
    const lookup = folderLookup(home)
    const serverOf = { keyring, name: 'server', report: () => undefined }
    const server = await openAgent({
      identity: ownIdentityOf(ownAgent(serverOf)),
      lookup,
      listen: ['ws://127.0.0.1:0/ws', 'tcp://127.0.0.1:0'],
    })
    server.serve('greet', {
      async handle(exchange) {
        await exchange.send(Uint8Array.of(7))
      },
    })
    const ports = server.addresses().map((address) => Number(/:(\d+)/.exec(address)![1]))
    let passed: string[] = []
    const through = (what: string, port: number) => (socket: Socket) => {
      passed.push(what)
      const onward = connect(port, '127.0.0.1')
      socket.on('error', () => onward.destroy())
      onward.on('error', () => socket.destroy())
      socket.pipe(onward).pipe(socket)
    }
    const proxy = createTlsProxy({ key: readFileSync(key), cert: readFileSync(cert) }, through('proxy', ports[0]!))
    const forwarder = createForwarder(through('forwarder', ports[1]!))
    const places: string[] = []
    for (const each of [proxy, forwarder]) {
      await once(each.listen(0, '127.0.0.1'), 'listening')
      places.push(String((each.address() as AddressInfo).port))
    }
    t.after(async () => {
      await server.close()
      proxy.close()
      forwarder.close()
    })
    for (const [what, uri] of [
      ['proxy', `wss://localhost:${places[0]}/ws`],
      ['forwarder', `tcp://127.0.0.1:${places[1]}`],
    ] as const) {
      passed = []
      const presence = new Presence({
        ...serverOf,
        // Its own addresses are left out: on one host they would lead there, too.
        agent: { addresses: () => [], renew: (own) => server.renew(own) },
        reachedAt: [uri],
        list: undefined,
        skillsAfter: undefined,
      })
      await presence.begin()
      presence.end()
      assert.deepEqual(
        keyring.open('server', Date.now()).identity.locators.map(({ network, addresses }) => [network, ...addresses]),
        [['wan', uri]],
      )
      const own = ownAgent({ ...serverOf, name: `caller-by-${what}` })
      const caller = await openAgent({ identity: ownIdentityOf(own), lookup })
      t.after(() => caller.close())
      const exchange = await caller.call('server', { protocol: 'greet', head: new Uint8Array(0) })
      await exchange.end()
      assert.deepEqual(await Array.fromAsync(exchange.messages(), ({ octets }) => octets[0]), [7])
      assert.ok(passed.includes(what), passed.join())
    }
  },
)
