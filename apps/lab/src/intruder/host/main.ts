/**
 * What the intruder runs on a host: `node main.ts WHAT OPTIONS`, with the options as JSON. It prints what came of it as a
 * line of JSON. WHAT is `scan`, `knock`, `flood`, `record`, `replay`, `ask` or `sessions`.
 * @module
 */
import { endProgram } from '../../end-program.ts'

/** Loaded one by one: a host asks often, and what floods and replays is long to load. */
const tools = {
  scan: async () => (await import('./scan.ts')).scan,
  knock: async () => (await import('./knock.ts')).knock,
  flood: async () => (await import('./flood.ts')).flood,
  record: async () => (await import('./record.ts')).record,
  replay: async () => (await import('./replay.ts')).replay,
  ask: async () => (await import('./ask.ts')).ask,
  sessions: async () => (await import('./sessions.ts')).sessions,
} as const
export type Tools = { readonly [What in keyof typeof tools]: Awaited<ReturnType<(typeof tools)[What]>> }

const [what, options] = process.argv.slice(2) as [keyof Tools, string] // written by the scenario
const use = (await tools[what]()) as (options: unknown) => unknown
process.stdout.write(`${JSON.stringify(await use(JSON.parse(options)))}\n`)
endProgram() // kept-alive connections would keep it running
