/** The console of a controller with operators: over HTTPS, with a real issuer, and one proposal that waits for somebody. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openControlStore } from '@vagus/store'
import { ensureConsole } from '../../../console/src/build.ts'
import { loadConfigText } from '../../src/config/load.ts'
import { startController } from '../../src/controller.ts'
import { borderConfig } from '../steering/border-config.ts'
import { minute, Scene } from '../steering/scene.ts'
import { certificateIn, operatorsAt, peopleIssuer } from '../support/people-issuer.ts'
import { freePort } from '../../../../scripts/free-port.ts'

export interface ServedConsole {
  readonly url: string
  readonly issuer: string
  stop(): Promise<void>
}

export async function servedConsole(): Promise<ServedConsole> {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-served-'))
  certificateIn(folder, 1)
  const port = await freePort()
  const url = `https://localhost:${port}`
  const issuer = await peopleIssuer(url)
  const home = join(folder, 'home')
  mkdirSync(home, { mode: 0o700 })
  await leaveProposal(join(home, 'control.sqlite'))
  const config = {
    ...borderConfig(),
    home,
    domain: 'example',
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

/** As a controller before this one left it; nothing is read here, so that it stays as it is. */
async function leaveProposal(path: string): Promise<void> {
  const before = new Scene()
  before.now = Date.now() - 3 * minute
  await before.steps(2)
  const control = openControlStore({ path })
  for (const [id, proposal] of before.proposals) control.put(`proposal/${id}`, proposal, before.now)
  for (const [neighbour, snapshot] of before.snapshots) control.put(`steering/${neighbour}`, snapshot, before.now)
  control.close()
}
