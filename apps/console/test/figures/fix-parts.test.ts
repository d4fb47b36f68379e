import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixPartsOf } from '../../src/figures/fix-parts.ts'

test('commands are found among the words of a fix, wherever they stand', () => {
  const rows = [
    ['vagus doctor', ['command vagus doctor']],
    ['vagus cheat ipfix: send to 127.0.0.1:4739', ['command vagus cheat ipfix', 'words send to 127.0.0.1:4739']],
    ['as root: sysctl -w net.core.rmem_max=1', ['words as root:', 'command sysctl -w net.core.rmem_max=1']],
    ['vagus exporter ls; raise flow.receiveBuffer', ['command vagus exporter ls', 'words raise flow.receiveBuffer']],
    ['vagus.yaml: sites: []', ['words vagus.yaml:', 'words sites:', 'words []']],
  ] as const
  for (const [fix, parts] of rows)
    assert.deepEqual(
      fixPartsOf(fix).map(({ kind, text }) => `${kind} ${text}`),
      parts,
    )
})
