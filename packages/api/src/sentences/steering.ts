/** Of proposals at borders. @module */
import type { EventKind } from './event-kind.ts'

export const ofSteering = {
  'steering.proposed': {
    severity: 'warning',
    text: '{link} carries {percent} % of its capacity, above its threshold; proposal {id}: {what}',
    matter: 'id',
  },
  'steering.taken': {
    severity: 'info',
    text: 'Proposal {id} is in force: {what}',
    matter: 'id',
  },
  'steering.relieved': {
    severity: 'info',
    text: 'Proposal {id} has ended: {link} has room again without it',
    matter: 'id',
  },
  'steering.measured': {
    severity: 'info',
    text: 'Proposal {id} is measured: {link} carried up to {percent} % of its capacity, without it {otherPercent} %',
    matter: 'id',
  },
  'steering.unmeasured': {
    severity: 'warning',
    text: 'Proposal {id} ended before anything was measured: not all of it is in force any more',
    matter: 'id',
  },
  'steering.approved': {
    severity: 'info',
    text: 'Proposal {id} is approved by {by} for {seconds}: {what}',
    who: 'said',
    changes: 'network',
    matter: 'id',
    follows: 'steering.proposed',
    undo: 'vagus proposal undo {id}',
  },
  'steering.ended': {
    severity: 'info',
    text: 'What was approved of {id} has ended: {because}',
    changes: 'network',
    matter: 'id',
    why: '{because}',
    ends: 'matter',
  },
  'steering.refused': {
    severity: 'warning',
    text: 'Proposal {id} could not be approved by {by}: {problem}',
    who: 'said',
    matter: 'id',
  },
  'steering.commented': {
    severity: 'info',
    text: '{agent} says of proposal {id}: {comment}',
    who: 'said',
    matter: 'id',
  },
  'steering.asked': {
    severity: 'warning',
    text: '{agent} asks to approve proposal {id}: {comment}; vagus proposal approve {id}',
    who: 'said',
    matter: 'id',
  },
  'steering.held': {
    severity: 'info',
    text: 'Proposal {id} is left to a person: {why}',
    matter: 'id',
  },
  'steering.doubted': {
    severity: 'warning',
    text: 'What a person approved of {id} does not help: {why}; "vagus proposal undo {id}" ends it',
    matter: 'id',
  },
} as const satisfies Record<string, EventKind>
