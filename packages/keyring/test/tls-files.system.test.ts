/** What is said of certificates and keys that cannot be used. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { TlsFiles } from '../src/tls-files.ts'

describe('certificate and key in files', { skip: needs('openssl') }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-tls-'))
  after(() => rmSync(folder, { recursive: true }))
  const at = (name: string): string => join(folder, name)
  const make = (name: string): void => {
    const options = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=a'
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)]
    execFileSync('openssl', [...options.split(' '), ...files], { stdio: 'ignore' })
    chmodSync(at(`${name}.key`), 0o600)
  }
  const read = (cert: string, key: string) => new TlsFiles({ cert: at(cert), key: at(key) }, () => undefined).read()
  make('one')
  make('two')

  test('that fit are read', () => assert.match(read('one.pem', 'one.key').cert, /BEGIN CERTIFICATE/))
  test('are named where they are missing, or do not fit', () => {
    assert.throws(() => read('no.pem', 'one.key'), /no\.pem does not exist$/)
    assert.throws(() => read('one.pem', 'no.key'), /no\.key does not exist: /)
    assert.throws(
      () => read('one.pem', 'two.key'),
      /the key in \S+two\.key is not that of the certificate in \S+one\.pem$/,
    )
    writeFileSync(at('half.pem'), 'half of one')
    assert.throws(() => read('half.pem', 'one.key'), /half\.pem and \S+one\.key are no certificate with its key in PEM/)
  })
  test('are refused where others may read the key', () => {
    chmodSync(at('two.key'), 0o640)
    assert.throws(
      () => read('two.pem', 'two.key'),
      /two\.key has mode 0640, so users other than its owner may know its secrets; it must be 0600: chmod 600 \S+two\.key$/,
    )
  })
})
