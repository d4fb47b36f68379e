/**
 * What the intruder runs on a host: `node main.ts WHAT OPTIONS`, with the options as JSON. It prints what came of it as a
 * line of JSON. WHAT is `scan`, `knock`, `flood`, `record`, `replay`, `ask` or `sessions`.
 * @module
 */
import { endProgram } from '../../end-program.ts'
import { ask } from './ask.ts'
import { flood } from './flood.ts'
import { knock } from './knock.ts'
import { record } from './record.ts'
import { replay } from './replay.ts'
import { scan } from './scan.ts'
import { sessions } from './sessions.ts'

const tools = { scan, knock, flood, record, replay, ask, sessions } as const
export type Tools = typeof tools

const [what, options] = process.argv.slice(2) as [keyof Tools, string] // written by the scenario
const use = tools[what] as (options: unknown) => unknown
process.stdout.write(`${JSON.stringify(await use(JSON.parse(options)))}\n`)
endProgram() // kept-alive connections would keep it running
