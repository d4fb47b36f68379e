/** Of private lines, and of what operators want. @module */
import type { EventKind } from './event-kind.ts'

export const ofLines = {
  'line.ordered': {
    severity: 'info',
    text: 'Line {line} from {from} to {to} is ordered: {rate}, from {start} to {end}',
    changes: 'network',
    matter: 'line',
    undo: 'vagus line release {line}',
  },
  'line.asked': {
    severity: 'warning',
    text: 'Line {line} from {from} to {to} waits for approval: {rate}, from {start} to {end}; {because}',
    matter: 'line',
    why: '{because}',
    undo: 'vagus line release {line}',
  },
  'line.approved': {
    severity: 'info',
    text: 'Line {line} from {from} to {to} is approved: {rate}, from {start} to {end}',
    changes: 'network',
    matter: 'line',
    follows: 'line.asked',
    undo: 'vagus line release {line}',
  },
  'line.changed': {
    severity: 'info',
    text: 'Line {line} is to be otherwise: {what}',
    changes: 'network',
    matter: 'line',
    undo: 'vagus line change {line}',
  },
  'line.active': {
    severity: 'info',
    text: 'Line {line} from {from} to {to} is there: {rate} over {path}, {milliseconds} after it was asked for',
    matter: 'line',
  },
  'line.moved': {
    severity: 'info',
    text: 'Line {line} goes over {path} now, {milliseconds} after it had to: {because}',
    changes: 'network',
    matter: 'line',
    why: '{because}',
  },
  'line.stuck': {
    severity: 'warning',
    text: 'Line {line} stays where it is ({because}): {problem}',
    matter: 'line',
  },
  'line.released': {
    severity: 'info',
    text: 'Line {line} has ended: {because}',
    changes: 'network',
    matter: 'line',
    why: '{because}',
    ends: 'matter',
  },
  'line.failed': {
    severity: 'error',
    text: 'Line {line} from {from} to {to} failed: {because}',
    changes: 'network',
    matter: 'line',
    why: '{because}',
    ends: 'matter',
  },
  'line.refused': { severity: 'warning', text: 'A line of {rate} from {from} to {to} was refused: {because}' },
  'intent.published': {
    severity: 'info',
    text: '{owner} published its intents, epoch {epoch}: {changes}',
    changes: 'rights',
    undo: 'vagus intent undo',
  },
  'intent.begun': { severity: 'info', text: 'Intent {intent} holds from now on', matter: 'intent' },
  'intent.over': { severity: 'info', text: 'Intent {intent} holds no more: {why}', matter: 'intent' },
  'intent.degraded': { severity: 'warning', text: 'Intent {intent} is not met: {why}', matter: 'intent', why: '{why}' },
  'intent.conflict': { severity: 'warning', text: 'Intent {intent} gives way: {why}', matter: 'intent', why: '{why}' },
  'intent.met': { severity: 'info', text: 'Intent {intent} is met again, after {seconds}', matter: 'intent' },
} as const satisfies Record<string, EventKind>
