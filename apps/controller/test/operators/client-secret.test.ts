/** The secret of the controller at its issuer, in a file. */
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { loadConfigText } from '../../src/config/load.ts'
import { openOperators } from '../../src/operators/open-operators.ts'

describe('the secret of the client', () => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-secret-'))
  after(() => rmSync(home, { recursive: true }))
  const file = join(home, 'client-secret')
  const open = () => {
    const text = `operators: { issuer: "https://id.example", url: "https://noc.example", clientId: v, clientSecretFile: ${file} }`
    const { config } = loadConfigText(text, { environment: { VAGUS_HOME: home } })
    const silent = (): void => undefined
    return openOperators({ config, home, operatorKey: undefined, tell: silent, report: silent })
  }

  test('may be as long as the issuer made it', () => {
    writeFileSync(file, `${'s'.repeat(500)}\n`, { mode: 0o600 })
    assert.ok(open())
  })
  test('is refused with the key of vagus.yaml where it is missing, empty, or readable by others', () => {
    writeFileSync(file, '\n')
    assert.throws(open, /operators\.clientSecretFile: \S+client-secret must hold the secret, and is empty/)
    rmSync(file)
    assert.throws(open, /operators\.clientSecretFile: \S+client-secret does not exist/)
    writeFileSync(file, 'secret')
    chmodSync(file, 0o644)
    assert.throws(open, /operators\.clientSecretFile: \S+client-secret has mode 0644.*chmod 600 \S+client-secret$/)
  })
})
