/** The contract between controller, command line, lab and console. */
export * from './config.ts'
export * from './event.ts'
export * from './resources.ts'
export * from './sentences.ts'
