/** What an operator wants of its network: signed sets of intents, what they mean at a device, what they refuse, how they stand. */
export {
  assess,
  type AssessFacts,
  type IntentReport,
  type IntentState,
  intentStates,
  type LeaseFact,
} from './assess.ts'
export { type Conflict, conflictsOf } from './conflicts.ts'
export {
  type Bounds,
  type Connect,
  type Freeze,
  type Goal,
  type GoalType,
  type Intent,
  type KeepBelow,
  type LinkEnd,
  noPlaces,
  type Pin,
  type Places,
  type Scope,
  type UnknownGoal,
  type WeeklyWindow,
  type When,
} from './intent.ts'
export { timeText } from './intent-payload.ts'
export {
  acceptIntents,
  type IntentSet,
  type IntentSetAcceptance,
  type IntentSetDraft,
  maxIntents,
  maxIntentSetCharacters,
  signIntents,
  usualIntentSetSeconds,
  verifyIntents,
  verifyIntentsWhenIssued,
} from './intent-set.ts'
export { type LinkLoad, type LoadWatch, noLoads, watchLoads } from './load-watch.ts'
export { type Order, type Orders, ordersOf, type Standing } from './orders.ts'
export { overlap } from './pins.ts'
export {
  commitPatterns,
  commitRefusal,
  type IntentRefusal,
  lineRefusal,
  lineShare,
  loadCap,
  type MedQuestion,
  medRefusal,
  policyRefusal,
} from './refusal.ts'
export { type DeviceFacts, isAt, type Where, whereAt } from './scope.ts'
export { isActive, nextChange, windowEnd } from './when.ts'
export { standingText, utcText } from './words.ts'
