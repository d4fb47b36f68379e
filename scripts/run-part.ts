/** Runs the files of tests that its parent names, in this process, and answers what came of them. @module */
import { once } from 'node:events'
import './seed.ts'
import { runFiles } from './run-files.ts'

const [files] = (await once(process, 'message')) as [readonly string[]]
process.send!([...(await runFiles(files, 'none'))])
process.disconnect()
