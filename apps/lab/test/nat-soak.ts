/** Every pair of the scenario `nat`: what can go directly does, and no stream loses or repeats anything. */
import assert from 'node:assert/strict'
import { nat } from '../src/index.ts'

/** Ends that stay at the relay: a proxy carries no UDP, two random NATs cannot be met, and a carrier lets nothing back in. */
const staysAtRelay = ([a, b]: readonly string[]): boolean =>
  a === 'proxy' || b === 'proxy' || (a === 'random' && b === 'random') || b === 'neighbour'

export async function playNats(say: (line: string) => void): Promise<void> {
  const { cells } = await nat()
  for (const { ends, path, directAfter, lost, repeated, gap, cutGap, why } of cells) {
    const after = directAfter === null ? (why ?? '') : `after ${directAfter.toFixed(0)} ms`
    say(`${ends.join(' – ')}: ${path} ${after}, gap ${gap.toFixed(0)} ms, cut ${cutGap?.toFixed(0) ?? '–'} ms`)
    assert.deepEqual([lost, repeated], [0, 0], ends.join())
    // A search of ports finds none in one case of a hundred.
    const isExpected = path === (staysAtRelay(ends) ? 'relay' : 'direct') || why === 'search-failed'
    assert.ok(isExpected, `${ends.join()}: ${path}, ${why}`)
  }
}
