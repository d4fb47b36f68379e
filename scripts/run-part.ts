/** Runs the files of tests that its parent names, in this process, and answers what came of them. @module */
import { once } from 'node:events'
import './seed.ts'
import { runFiles } from './run-files.ts'

const [files] = (await once(process, 'message')) as [readonly string[]]
const outcomes = [...(await runFiles(files, 'none'))]
const areFailed = outcomes.some(([, { failed }]) => failed > 0)
// A test that failed may leave a server or a timer behind, for which this process would wait for ever.
process.send!(outcomes, undefined, undefined, () => (areFailed ? process.exit() : process.disconnect()))
