/** The console of a controller with operators: over HTTPS, with a real issuer, and one proposal that waits for somebody. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openControlStore } from '@vagus/store'
import { ensureConsole } from '../../../console/src/build.ts'
import { loadConfigText } from '../../src/config/load.ts'
import { startController } from '../../src/controller.ts'
import { proposal } from '../steering/proposal.ts'
import { certificateIn, freePort, operatorsAt, peopleIssuer } from '../support/people-issuer.ts'

export interface ServedConsole {
  readonly url: string
  readonly issuer: string
  stop(): Promise<void>
}

const network = {
  domain: 'test',
  as: 64512,
  devices: [
    {
      name: 'pe-1',
      role: 'edge',
      address: '127.0.0.1',
      interfaces: [
        { name: 'eth0', index: 2, site: 'transit' },
        { name: 'eth1', index: 3, site: 'transit' },
      ],
    },
  ],
  sites: [
    { name: 'office', prefixes: ['10.1.0.0/16'] },
    { name: 'transit', kind: 'neighbour', as: 64999, prefixes: ['0.0.0.0/0'] },
  ],
  links: [
    { name: 'tr-1', a: { node: 'pe-1', interface: 'eth0' }, z: { node: 'transit' }, capacity: 100e6 },
    { name: 'tr-2', a: { node: 'pe-1', interface: 'eth1' }, z: { node: 'transit' }, capacity: 100e6 },
  ],
}

export async function servedConsole(): Promise<ServedConsole> {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-served-'))
  certificateIn(folder, 1)
  const port = await freePort()
  const url = `https://localhost:${port}`
  const issuer = await peopleIssuer(url)
  const home = join(folder, 'home')
  mkdirSync(home, { mode: 0o700 })
  // as a controller before this one left it
  const control = openControlStore({ path: join(home, 'control.sqlite') })
  control.put('proposal/transit-1', proposal({ openedAt: new Date().toISOString() }), Date.now())
  control.close()
  const config = {
    ...network,
    home,
    listen: `127.0.0.1:${port}`,
    tls: { cert: join(folder, 's.pem'), key: join(folder, 's.key') },
    flow: { listen: ['127.0.0.1:0'] },
    operators: operatorsAt(issuer.url, url),
  }
  const loaded = loadConfigText(JSON.stringify(config), { environment: {} })
  const controller = await startController(loaded, { version: '0.0.0-test', console: await ensureConsole() })
  return {
    url,
    issuer: issuer.url,
    async stop() {
      await controller.stop()
      issuer.close()
      rmSync(folder, { recursive: true })
    },
  }
}
