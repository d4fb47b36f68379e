/** The identity that the maker gave the box (IDevID, IEEE 802.1AR): three files in a folder, as `vagus masa issue` writes them. @module */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Certificate, isRefused } from '@vagus/brski'
import { readSecretFileIfAny } from '@vagus/keyring/secret-file'
import { type Issuer, publicKeyOf, readCertificatesPem, readPrivateKeyPem } from '@vagus/pki'
import { JoiningError } from './joining-error.ts'

export const idevidFiles = {
  /** Its certificate, and those between it and the maker's. */
  certificate: 'idevid.pem',
  /** Its private key, mode 0600. */
  key: 'idevid.key',
  /** The maker's CAs, which sign vouchers. */
  maker: 'maker.pem',
} as const

export interface Idevid {
  readonly serial: string
  readonly issuer: Issuer
  readonly makers: readonly Certificate[]
}

/** @throws {JoiningError} that says which file is not right; {KeyringError} for one that others can read */
export function readIdevid(folder: string): Idevid {
  const [certificate, ...chain] = certificatesIn(folder, idevidFiles.certificate)
  const makers = certificatesIn(folder, idevidFiles.maker)
  const path = join(folder, idevidFiles.key)
  const pem = readSecretFileIfAny(path)
  if (pem === undefined) throw lacking(path)
  const read = readPrivateKeyPem(pem)
  if (isRefused(read)) throw new JoiningError(`${path}: ${read.because.problem}`, fix)
  if (!Buffer.from(publicKeyOf(read.key)).equals(certificate!.publicKey))
    throw new JoiningError(`${path} is not the key of ${idevidFiles.certificate} beside it`, fix)
  const serial = certificate!.deviceSerial
  if (serial === undefined)
    throw new JoiningError(`${join(folder, idevidFiles.certificate)} has no serial number in its subject`, fix)
  return { serial, issuer: { key: read.key, certificate: certificate!, chain }, makers }
}

const fix = 'put the files of "vagus masa issue SERIAL" there, as they are, owned by the user that runs this'

const lacking = (path: string): JoiningError =>
  new JoiningError(`${path} is not there: the box has no identity of a maker`, fix)

function certificatesIn(folder: string, name: string): readonly Certificate[] {
  const path = join(folder, name)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw lacking(path)
    throw new JoiningError(`${path} cannot be read: ${(cause as NodeJS.ErrnoException).code}`, fix, cause)
  }
  const read = readCertificatesPem(text)
  if (isRefused(read)) throw new JoiningError(`${path}: ${read.because.problem}`, fix)
  return read.list
}
