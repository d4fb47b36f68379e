/** Where people sign in, for tests: a real OpenID provider on loopback, with accounts for whoever types one of these logins. */
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Configuration, Provider } from 'oidc-provider'

const people: Readonly<Record<string, { readonly name: string; readonly groups: readonly string[] }>> = {
  ada: { name: 'Ada Lovelace', groups: ['noc', 'deciders'] },
  vera: { name: 'Vera Rubin', groups: ['guests'] },
  eve: { name: 'Ada Lovelace <ada@example.com>', groups: [] },
}

const scope = 'openid profile email groups'

/** `operators` of vagus.yaml in which these people have roles. */
export const operatorsAt = (issuer: string, url: string) => ({
  url,
  issuer,
  clientId: 'vagus',
  scopes: scope.split(' '),
  roles: [
    { role: 'viewer', groups: ['guests'] },
    { role: 'operator', groups: ['noc'] },
    { role: 'approver', groups: ['deciders'] },
  ],
})

export interface PeopleIssuer {
  readonly url: string
  /** Begins anew with other keys: nobody is signed in there any more. */
  changeKeys(): void
  close(): void
}

/** @param base of the controller, its only client */
export async function peopleIssuer(base: string): Promise<PeopleIssuer> {
  const server = createServer((request, response) => void provider.callback()(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let keys = 0
  const begin = (): Provider => providerAt(url, `${base}/v1/sign-in/answer`, `key-${++keys}`, newKey())
  let provider = begin()
  return {
    url,
    changeKeys: () => void (provider = begin()),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

function providerAt(issuer: string, redirectUri: string, kid: string, key: KeyObject): Provider {
  const grants = ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code']
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'vagus',
        token_endpoint_auth_method: 'none',
        id_token_signed_response_alg: 'ES256',
        grant_types: grants,
        response_types: ['code'],
        redirect_uris: [redirectUri],
      },
    ],
    jwks: { keys: [{ ...key.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' }] },
    cookies: { keys: ['of this test'] },
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'], groups: ['groups'] },
    features: { deviceFlow: { enabled: true } },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        ...people[id],
        groups: [...people[id]!.groups],
        email: `${id}@example.com`,
        email_verified: id !== 'eve',
      }),
    }),
    // as an issuer does for programs of its own house: nobody is asked whether the console may know who it is
    async loadExistingGrant(context) {
      const { client, session } = context.oidc
      if (client === undefined || session?.accountId === undefined) return undefined
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope(scope)
      await grant.save()
      return grant
    },
  } satisfies Configuration)
  return provider
}

/** Writes `s.pem` and `s.key` for localhost into the folder, of the authority in `ca.pem`, which the first one makes. */
export function certificateIn(folder: string, serial: number): void {
  const openssl = (line: string): void =>
    void execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'ignore' })
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
  if (serial === 1) openssl(`req -x509 ${key} -keyout ca.key -out ca.pem -subj /CN=ca -days 2`)
  openssl(`req ${key} -keyout new.key -out s.csr -subj /CN=localhost`)
  writeFileSync(join(folder, 's.ext'), 'subjectAltName=DNS:localhost')
  openssl(`x509 -req -in s.csr -CA ca.pem -CAkey ca.key -days 2 -extfile s.ext -set_serial ${serial} -out s.pem`)
  writeFileSync(join(folder, 's.key'), readFileSync(join(folder, 'new.key')), { mode: 0o600 })
}
