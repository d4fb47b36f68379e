/**
 * The reader: a stock A2A client, `node main.ts URL COUNT MS`. It asks the agent at URL for a task that streams COUNT
 * parts, MS apart, and prints a line of JSON for each part that arrives. Lines: `Reading`.
 * @module
 */
import { endProgram } from '../../end-program.ts'
import { taskReader } from '../read-task.ts'
import { type Reading, retryAfter } from '../reading.ts'

const [url, count, interval] = process.argv.slice(2)
const tell = (reading: Reading): void => void process.stdout.write(`${JSON.stringify(reading)}\n`)

process.stdout.once('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0) // whoever started it was killed: nobody listens any longer
})

await taskReader(url!, retryAfter)({ parts: Number(count), interval: Number(interval) }, tell)
endProgram() // kept-alive connections would keep it running
