/** The scenario `divert` from several seeds: who asks the network is in time more often, and nothing is lost or done twice. */
import assert from 'node:assert/strict'
import { divert } from '../src/index.ts'

export async function playDivert(seeds: readonly number[], say: (line: string) => void): Promise<void> {
  for (const seed of seeds) {
    const { filled, killed } = await divert({ seed, filled: ['stay', 'idlest', 'aware'], quiet: [] })
    const runs = { ...filled, ...(killed === null ? {} : { killed }) }
    const inTime = Object.entries(runs).map(([name, run]) => `${name} ${run.inTime} of ${run.tasks}`)
    say(`seed ${seed}: in time ${inTime.join(', ')}`)
    for (const { lost, twice } of Object.values(runs)) assert.deepEqual([lost, twice], [0, 0])
    assert.ok(filled.aware!.inTime > filled.idlest!.inTime && filled.idlest!.inTime > filled.stay!.inTime)
  }
}
