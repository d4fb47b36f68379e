/**
 * A planner gives the network tasks over A2A. Everything is real but the four routers, which only say what they would do, so
 * that this needs no root. Run it: `node examples/05-the-network-over-a2a/main.ts`. With routers that forward: `npm start`.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { LineFleet } from '../../apps/cli/test/line-fleet.ts'

const fleet = await LineFleet.open({
  members: { planner: ['planner'] },
  policies: `
    permit (principal, action, resource);
    forbid (principal, action == Action::"a2a", resource in Role::"network")
    when { context has skill && context.skill == "private-line" } unless { principal in Role::"planner" };`,
  bounds: { rate: 20e6, for: '1h' },
})
try {
  await fleet.join('planner', '10.1.0.7')
  const planner = spawn(process.execPath, [join(import.meta.dirname, 'planner.ts')], {
    stdio: 'inherit',
    env: { ...process.env, VAGUS_AGENTS_URL: fleet.agentsOf('planner') },
  })
  assert.deepEqual(await once(planner, 'exit'), [0, null])
} finally {
  await fleet.close()
}
