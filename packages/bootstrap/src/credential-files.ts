/** A key with its certificates in two files: NAME.key (0600) and NAME.crt. @module */
import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { isRefused } from '@vagus/brski'
import {
  certificatesPem,
  type Issuer,
  type KeyAlgorithm,
  newPrivateKey,
  privateKeyPem,
  publicKeyOf,
  readCertificatesPem,
  readPrivateKeyPem,
} from '@vagus/pki'
import { writeFileWhole } from '@vagus/keyring/private-file'
import { readSecretFileIfAny } from '@vagus/keyring/secret-file'

/** A file that cannot be used; the message names it. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError'
}

/** The private key in FOLDER/NAME.key, made at first. @throws {CredentialError} and what the keyring's files throw */
function keyIn(folder: string, name: string, algorithm: KeyAlgorithm): KeyObject {
  const path = join(folder, `${name}.key`)
  const text = readSecretFileIfAny(path)
  if (text === undefined) {
    const key = newPrivateKey(algorithm)
    writeFileWhole(path, privateKeyPem(key), 0o600)
    return key
  }
  const read = readPrivateKeyPem(text)
  if (isRefused(read)) throw new CredentialError(`${path}: ${read.because.problem}`)
  return read.key
}

/** Writes both files, the key first: a certificate without its key would be of no use. */
function writeCredential(folder: string, name: string, { key, certificate, chain }: Issuer): void {
  writeFileWhole(join(folder, `${name}.key`), privateKeyPem(key), 0o600)
  writeFileWhole(join(folder, `${name}.crt`), certificatesPem([certificate, ...chain]), 0o644)
}

/** What both files hold; `undefined` unless both are there. @throws {CredentialError} */
function readCredential(folder: string, name: string): Issuer | undefined {
  const text = readSecretFileIfAny(join(folder, `${name}.key`))
  const path = join(folder, `${name}.crt`)
  const pem = text === undefined ? undefined : textOf(path)
  if (text === undefined || pem === undefined) return undefined
  const key = readPrivateKeyPem(text)
  if (isRefused(key)) throw new CredentialError(`${folder}/${name}.key: ${key.because.problem}`)
  const read = readCertificatesPem(pem)
  if (isRefused(read)) throw new CredentialError(`${path}: ${read.because.problem}`)
  const [certificate, ...chain] = read.list
  if (Buffer.compare(publicKeyOf(key.key), certificate!.publicKey) !== 0) {
    throw new CredentialError(`${path} is the certificate of another key than ${name}.key`)
  }
  return { key: key.key, certificate: certificate!, chain }
}

/**
 * The credential NAME with at least a third of its life ahead at `now`; else `issue` makes its certificate anew, for the
 * same key.
 */
export function freshCredential(
  folder: string,
  name: string,
  now: number,
  issue: (key: KeyObject) => Pick<Issuer, 'certificate' | 'chain'>,
): Issuer {
  const known = readCredential(folder, name)
  if (known !== undefined) {
    const { notBefore, notAfter } = known.certificate
    if (notAfter - now > (notAfter - notBefore) / 3) return known
  }
  const key = keyIn(folder, name, 'p256')
  const credential = { key, ...issue(key) }
  writeCredential(folder, name, credential)
  return credential
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new CredentialError(`${path} cannot be read: ${(error as Error).message}`, { cause: error })
  }
}
