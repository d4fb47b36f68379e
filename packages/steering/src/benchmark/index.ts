/** Vagus-MED, the benchmark of policies at a border. @module */
export { createInformed, type Knowledge } from './informed.ts'
export { oracle, runPlan } from './oracle.ts'
export { run } from './run.ts'
export { compare, type Comparison, gapClosed, worstDay } from './score.ts'
export { type Figures, meanFigures, type Run } from './tally.ts'
export { type Matrices, type Periods, periodsOf, stepsOf, type Traffic } from './traffic.ts'
export { searchGrid, thresholdGrid, tune } from './tuning.ts'
export { createWorlds, type World, type WorldOptions } from './world.ts'
