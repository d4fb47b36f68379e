import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sentPath } from '../src/frr/sent-path.ts'

const external = { remoteAs: 65002, localAs: 65001 }
const changed = { remoteAs: 65002, localAs: 64999 }
const server = { routeServerClient: true }
const unchanged = { unchangedAsPathPropogatedToNbr: true }
const rows = [
  ['a neighbour AS is told our own AS first', [65003], external, {}, [65001, 65003]],
  ['an internal peer is not', [65003], { remoteAs: 65001, localAs: 65001 }, {}, [65003]],
  ['with another local AS both are added', [65003], changed, {}, [64999, 65001, 65003]],
  ['or that one alone', [65003], { ...changed, localAsReplaceAs: true }, {}, [64999, 65003]],
  ['nothing for the client of a route server (RFC 7947 §2.2.2.1)', [65003], external, server, [65003]],
  ['nothing where the path stays unchanged', [65003], external, unchanged, [65003]],
  ['but an empty path never stays so', [], external, unchanged, [65001]],
] as const

for (const [title, shown, rules, family, told] of rows) {
  test(title, () => assert.deepEqual(sentPath(shown, 65001, rules, family), told))
}
