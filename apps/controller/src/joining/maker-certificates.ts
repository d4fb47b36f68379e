/** The certificates of a maker, in a file that the configuration names. @module */
import { type Certificate, isRefused } from '@vagus/brski'
import { publicText } from '@vagus/keyring/tls-files'
import { readCertificatesPem } from '@vagus/pki'

/** @throws {Error} that names the file */
export function certificatesIn(file: string): readonly Certificate[] {
  const read = readCertificatesPem(publicText(file))
  if (isRefused(read)) throw new Error(`${file}: ${read.because.problem}`)
  return read.list
}
