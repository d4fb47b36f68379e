/** Runs nqminds/brski (C++ over OpenSSL), whose binary `VAGUS_BRSKI` names, as pledge, registrar or MASA. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Certificate } from '@vagus/brski'
import { certificatesPem, type Issuer, privateKeyPem } from '@vagus/pki'
import { eventually } from '../../../scripts/eventually.ts'

const binary = process.env['VAGUS_BRSKI'] ?? ''

/** `false` when the binary is there; else the reason to skip. */
export const needsNqminds: false | string = existsSync(binary)
  ? false
  : 'needs nqminds/brski (build it, and set VAGUS_BRSKI to the binary "brski")'

export interface NqmindsKeys {
  readonly box: Issuer
  readonly serialNumber: string
  readonly nonce: string
  readonly registrar: Issuer
  readonly domainCa: Certificate
  readonly masa: Issuer
  /** What the pledge trusts for vouchers. */
  readonly voucherAnchor: Certificate
  readonly registrarPort: number
  readonly masaPort: number
}

/** Writes keys and configuration into `folder`. */
export function configure(folder: string, keys: NqmindsKeys): string {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return JSON.stringify(join(folder, name))
  }
  const pair = (name: string, { key, certificate }: Issuer): readonly [string, string] => [
    file(`${name}-key.pem`, privateKeyPem(key)),
    file(`${name}.pem`, certificatesPem([certificate])),
  ]
  const [boxKey, box] = pair('box', keys.box)
  const [registrarKey, registrar] = pair('registrar', keys.registrar)
  const [masaKey, masa] = pair('masa', keys.masa)
  const domain = file('domain.pem', certificatesPem([keys.domainCa]))
  const maker = file('maker.pem', certificatesPem([keys.voucherAnchor]))
  const now = new Date().toISOString().replace(/\.\d+/, '')
  const cms = (key: string, certificate: string, store: string): string =>
    [
      `cmsSignKeyPath = ${key}`,
      `cmsSignCertPath = ${certificate}`,
      'cmsAdditionalCertPath = ""',
      'cmsVerifyCertPath = ""',
      `cmsVerifyStorePath = ${store}`,
    ].join('\n')
  const config = `[pledge]
createdOn = "${now}"
serialNumber = "${keys.serialNumber}"
nonce = "${keys.nonce}"
idevidKeyPath = ${boxKey}
idevidCertPath = ${box}
idevidCACertPath = ""
${cms(boxKey, box, maker)}

[registrar]
bindAddress = "127.0.0.1"
port = ${keys.registrarPort}
tlsKeyPath = ${registrarKey}
tlsCertPath = ${registrar}
tlsCAKeyPath = ""
tlsCACertPath = ""
${cms(registrarKey, registrar, '""')}

[masa]
bindAddress = "127.0.0.1"
port = ${keys.masaPort}
expiresOn = "2040-01-01T00:00:00Z"
ldevidCACertPath = ${domain}
tlsKeyPath = ${masaKey}
tlsCertPath = ${masa}
tlsCACertPath = ""
${cms(masaKey, masa, '""')}
`
  writeFileSync(join(folder, 'config.ini'), config)
  return join(folder, 'config.ini')
}

/** Starts a server, which listens on `port` when this resolves. */
export async function start(role: 'registrar' | 'masa', config: string, port: number): Promise<ChildProcess> {
  const child = spawn(binary, ['-d', '-c', config, role], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => said.push(text.toString()))
  const listens = async (): Promise<boolean> => {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return true
    } finally {
      socket.destroy()
    }
  }
  await eventually(() => `${role} listens: ${said.join('').slice(-2000)}`, listens)
  return child
}

/** Runs the pledge to its end: its exit code, and what it said. */
export async function runPledge(config: string): Promise<{ readonly code: number; readonly said: string }> {
  const out = `${config}.out`
  const child = spawn(binary, ['-d', '-c', config, '-o', out, 'preq'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => said.push(text.toString()))
  const [code] = (await once(child, 'close')) as [number]
  return { code, said: said.join('') + (existsSync(out) ? readFileSync(out, 'utf8') : '') }
}
