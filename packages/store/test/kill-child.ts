/**
 * Appends to a log and runs a store on it until it is killed: `kill-child.ts FOLDER`. Prints the number of each
 * acknowledged block with a separate write(2), so that the reader of the pipe knows what was acknowledged before the
 * kill. Blocks are dated hours ago, so that sealed files are due for merging at once.
 */
import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { openFlowLog, openFlowStore } from '../src/index.ts'
import { killedBlock, killStart } from './killed-block.ts'

const folder = process.argv[2]!
const store = await openFlowStore({
  folder,
  retention: { raw: 1e9, minute: 1e9, fiveMinutes: 1e9, hour: 1e9 },
  maxOctets: 1e12,
  hotRows: 400,
  memoryOctets: 256 * 2 ** 20,
  threads: 1,
})
const log = openFlowLog({ folder, segmentOctets: 100_000, onAcknowledged: (block) => store.notify(block) }, killStart)
writeSync(1, 'ready\n')
for (;;) {
  for (let turn = 0; turn < 5; turn++) {
    const next = log.state().acknowledged + 1
    const block = log.append(killedBlock(next), killStart + next * 60_000)
    writeSync(1, `${block}\n`)
  }
  log.tick(killStart)
  void store.seal().catch(() => {})
  await setTimeout(5)
}
