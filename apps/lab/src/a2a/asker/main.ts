/**
 * The asker: a stock A2A client beside a side-car, `node main.ts AGENT COUNT MS PAUSE`. It repeatedly asks the agent
 * for a task that streams COUNT parts, MS apart, with PAUSE between the end of one and the next, in milliseconds. It
 * prints a line for each task: its outcome, and the longest time without a part.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { taskReader } from '../read-task.ts'

/** Milliseconds before the next try: an agent that has not started yet, or has ended, is not in a hurry. */
const tryAgainAfter = 1000

const [agent, count, interval, pause] = process.argv.slice(2)
const wish = { parts: Number(count), interval: Number(interval) }
const readTask = taskReader(`${process.env['VAGUS_AGENTS_URL']}${agent}/`, tryAgainAfter)

for (;;) {
  const came = new Set<number>()
  let last: number | undefined
  let longest = 0
  await readTask(wish, (reading) => {
    if (reading.type === 'broken') process.stdout.write(`${agent}: ${reading.why}\n`)
    if (reading.type !== 'part' && reading.type !== 'snapshot') return
    for (const part of reading.type === 'part' ? [reading.part] : reading.parts) came.add(part)
    longest = Math.max(longest, reading.at - (last ?? reading.at))
    last = reading.at
  })
  const told = `${came.size} of ${wish.parts} parts, the longest silence ${Math.round(longest)} ms`
  process.stdout.write(`${new Date().toISOString()} ${agent}: ${told}\n`)
  await sleep(Number(pause))
}
