import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { nat } from '../src/index.ts'

describe('the scenario nat', { skip: needs('netns', 'nft') }, () => {
  test('agents behind NATs find a direct path and come back to the relay when it is cut, those behind proxies talk at the relay, and a stream loses nothing', async (t) => {
    const { cells } = await nat({
      pairs: [
        ['home', 'home'],
        ['proxy', 'proxy'],
      ],
    })
    const [homes, proxied] = cells
    for (const { lost, repeated, sent } of cells) assert.ok(sent > 0 && lost === 0 && repeated === 0)
    // An attempt that begins while the relay has not said where it is finds no way, and the next comes after this scenario:
    // `npm run soak -- nat` plays every pair and holds each to its path.
    if (homes!.path === 'direct') assert.deepEqual(homes!.mapped, ['endpoint-independent', 'endpoint-independent'])
    else t.diagnostic(`at the relay: ${homes!.why}`)
    assert.deepEqual([proxied!.path, proxied!.why], ['relay', 'own-blocked'])
    assert.deepEqual(proxied!.proxies, [true, true])
  })
})
