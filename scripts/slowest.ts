/**
 * System tests without a lab that took longest, slowest first: `npm test` begins with them. The end of its report names
 * the slowest of each run.
 */
export const slowest: readonly string[] = [
  'apps/controller/test/lines/lines.system.test.ts',
  'apps/sidecar/test/stdio.system.test.ts',
  'apps/console/test/console.browser.test.ts',
  'test/package.system.test.ts',
  'apps/sidecar/test/run.system.test.ts',
  'packages/store/test/kill.system.test.ts',
  'apps/device/test/intents/intents.system.test.ts',
  'apps/cli/test/controller.system.test.ts',
  'apps/controller/test/steering/steering.system.test.ts',
  'apps/controller/test/restart.system.test.ts',
  'apps/console/test/borders.browser.test.ts',
  'apps/cli/test/agent-skill.system.test.ts',
]
