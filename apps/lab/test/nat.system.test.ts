import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { nat } from '../src/index.ts'

describe('the scenario nat', { skip: needs('netns', 'nft') }, () => {
  test('agents behind NATs find a direct path and come back to the relay when it is cut, those behind proxies talk at the relay, and a stream loses nothing', async () => {
    const { cells } = await nat({
      pairs: [
        ['home', 'home'],
        ['proxy', 'proxy'],
      ],
    })
    const [direct, proxied] = cells
    assert.deepEqual(
      cells.map(({ path, why, lost, repeated }) => [path, why, lost, repeated]),
      [
        ['direct', null, 0, 0],
        ['relay', 'own-blocked', 0, 0],
      ],
    )
    assert.deepEqual(direct!.mapped, ['endpoint-independent', 'endpoint-independent'])
    assert.ok(direct!.sent > 0 && proxied!.sent > 0)
    assert.deepEqual(proxied!.proxies, [true, true])
  })
})
