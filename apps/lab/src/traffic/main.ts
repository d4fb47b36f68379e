/**
 * The process of one site, started in the site's network namespace:
 *
 *   node main.ts --site NAME --plan PATH [--run FOLDER]
 *
 * `--run` is where its control socket is, by default the folder of the plan. Prints one line of JSON,
 * `{"event":"traffic.ready",…}`, when it begins to send; ends at SIGTERM or SIGINT. Exit: 0 stopped, 1 the kernel refused
 * something, 2 usage or plan.
 * @module
 */
import { readFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { controlPath, Generator, type GeneratorConfig } from './generator.ts'
import type { Plan } from './plan.ts'
import { claimPrefixes } from './site-addresses.ts'

function configOf(args: readonly string[]): GeneratorConfig {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args: [...args], options: { site: text, plan: text, run: text } })
  const { site, plan: path, run } = values
  if (site === undefined || path === undefined) throw new RangeError('usage: --site NAME --plan PATH [--run FOLDER]')
  const plan = JSON.parse(readFileSync(path, 'utf8')) as Plan // written by makePlan; the version says which form it has
  if (plan.version !== 1) throw new RangeError(`the plan's "version" must be 1, got ${String(plan.version)}`)
  return { site, plan, run: run ?? dirname(path) }
}

function fail(error: unknown, code: 1 | 2): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(code)
}

let config: GeneratorConfig
let generator: Generator
try {
  config = configOf(process.argv.slice(2))
  generator = new Generator(config)
} catch (error) {
  fail(error, 2)
}
try {
  claimPrefixes(config.plan.sites.find(({ name }) => name === config.site)!) // the generator has found it too
  await generator.start()
} catch (error) {
  fail(error, 1)
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => generator.stop())
const ready = {
  event: 'traffic.ready',
  site: config.site,
  pid: process.pid,
  control: controlPath(config.run, config.site),
}
process.stdout.write(`${JSON.stringify(ready)}\n`)
flushCompileCache() // where NODE_COMPILE_CACHE says so, now and not only at an exit that may not come
await generator.stopped
process.exit(0)
