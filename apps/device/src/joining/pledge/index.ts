/** A box that joins a domain (RFC 8995). */
export { type Idevid, idevidFiles, readIdevid } from './idevid-files.ts'
export { JoiningError } from './joining-error.ts'
export { JoiningFile, stageOf } from './joining-state.ts'
export { type PledgeOptions, runPledge } from './run-pledge.ts'
export { writeSettings } from './settings-file.ts'
