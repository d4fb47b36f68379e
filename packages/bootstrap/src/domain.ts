/** The CA and the registrar's key of a domain, in a folder. @module */
import { makePrivateFolder } from '@vagus/keyring/private-file'
import { issueRegistrar, newAuthority, publicKeyOf } from '@vagus/pki'
import { freshCredential } from './credential-files.ts'
import type { DomainCredentials } from './registrar/options.ts'

const year = 365 * 24 * 3_600_000
const caLife = 20 * year
const registrarLife = year

export interface DomainNames {
  /** `area51.example`: goes into the certificates. */
  readonly name: string
  /** Host names and addresses of the registrar, for clients that check them. */
  readonly hosts?: readonly string[]
}

/**
 * Opens the domain in `folder`, or makes it: `domain-ca.key`, `registrar.key` (0600) and their certificates. The
 * registrar's certificate is renewed here when two thirds of its year are over, so that a program that opens the folder
 * at its start must be started once in four months.
 * @throws {CredentialError} and what the keyring's files throw
 */
export function openDomain(folder: string, { name, hosts = [] }: DomainNames, now = Date.now()): DomainCredentials {
  makePrivateFolder(folder)
  const ca = freshCredential(folder, 'domain-ca', now, (key) =>
    newAuthority({ organization: name, commonName: `${name} domain CA` }, key, { now, life: caLife }),
  )
  const registrar = freshCredential(folder, 'registrar', now, (key) => {
    const subject = { organization: name, commonName: `${name} registrar` }
    const publicKey = publicKeyOf(key)
    return { certificate: issueRegistrar(ca, { name: subject, publicKey, hosts, now, life: registrarLife }), chain: [] }
  })
  return { ca, registrar }
}
