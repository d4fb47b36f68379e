/**
 * System tests that need not wait for a lab and took longest, slowest first: `npm test` begins with them. The end of its report names
 * the slowest of each run.
 */
export const slowest: readonly string[] = [
  'apps/lab/test/intruder.system.test.ts',
  'apps/lab/test/divert.system.test.ts',
  'apps/sidecar/test/stdio.system.test.ts',
  'apps/console/test/console.browser.test.ts',
  'test/faults.system.test.ts',
  'packages/store/test/kill.system.test.ts',
  'apps/lab/test/roam.system.test.ts',
  'apps/controller/test/steering/steering.system.test.ts',
  'apps/lab/test/lab.system.test.ts',
  'apps/controller/test/lines/lines.system.test.ts',
  'apps/device/test/line-bird.system.test.ts',
  'apps/console/test/borders.browser.test.ts',
  'apps/cli/test/join.system.test.ts',
  'apps/lab/test/traffic-class.system.test.ts',
  'test/package.system.test.ts',
  'apps/console/test/absence.browser.test.ts',
  'apps/cli/test/demo.system.test.ts',
  'apps/device/test/southbound-frr.system.test.ts',
  'apps/lab/test/intents.system.test.ts',
  'apps/device/test/southbound-bird.system.test.ts',
  'apps/lab/test/agents.system.test.ts',
  'apps/cli/test/controller.system.test.ts',
  'apps/lab/test/whole-lab.system.test.ts',
  'test/debian.system.test.ts',
  'test/image.system.test.ts',
  'apps/controller/test/unusual/unusual.system.test.ts',
  'apps/cli/test/network-tasks.system.test.ts',
  'apps/sidecar/test/run.system.test.ts',
  'apps/device/test/intents/intents.system.test.ts',
  'apps/controller/test/restart.system.test.ts',
  'apps/cli/test/agent-skill.system.test.ts',
]

/**
 * System tests with routers of FRR, and labs, that look at what these were told, and at what arrived, was lost or was let
 * in: they measure nothing that is different when it comes late. They run beside labs, in homes and at ports of their own.
 */
export const besideLabs: readonly string[] = [
  'apps/cli/test/demo.system.test.ts',
  'apps/cli/test/join.system.test.ts',
  'apps/cli/test/served-router.system.test.ts',
  'apps/device/test/southbound-frr.system.test.ts',
  'apps/device/test/southbound-undo.system.test.ts',
  'apps/lab/test/agents.system.test.ts',
  'apps/lab/test/divert.system.test.ts',
  'apps/lab/test/intents.system.test.ts',
  'apps/lab/test/intruder.system.test.ts',
  'apps/lab/test/lab.system.test.ts',
  'apps/lab/test/nat.system.test.ts',
  'apps/lab/test/outside/up.system.test.ts',
  'apps/lab/test/provenance.system.test.ts',
  'apps/lab/test/record/recording.system.test.ts',
  'apps/lab/test/roam.system.test.ts',
  'apps/lab/test/traffic-class.system.test.ts',
  'apps/lab/test/whole-lab.system.test.ts',
  'test/faults.system.test.ts',
]
