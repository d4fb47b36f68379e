/** Of what is changed at routers, and by whom. @module */
import type { EventKind } from './event-kind.ts'

export const ofRouters = {
  'route.class-set': {
    severity: 'info',
    text: '{owner} gave {prefix} class {class} at {device} {interface}, for {seconds}',
    who: 'said',
    changes: 'network',
    matter: 'id',
    undo: "vagus bgp undo '{id}' --device {device} --owner {owner}",
  },
  'route.class-ended': {
    severity: 'info',
    text: 'Class {class} of {prefix} at {device} {interface} has ended: {why}',
    changes: 'network',
    matter: 'id',
    why: '{why}',
    ends: 'matter',
  },
  'commit.begun': {
    severity: 'warning',
    text: '{by} changed {device} for a while, {added|line|lines} added and {removed} removed ({id}, {why})',
    who: 'said',
    changes: 'network',
    matter: 'commit',
    why: '{why}',
    undo: 'vagus device commits {device} --revert {id}',
  },
  'commit.confirmed': {
    severity: 'info',
    text: '{confirmer} keeps what {by} changed in {device} ({id}, {why})',
    who: 'said',
    changes: 'network',
    matter: 'commit',
    follows: 'commit.begun',
    ends: 'matter',
  },
  'commit.reverted': {
    severity: 'info',
    text: 'What {by} changed in {device} has gone back ({id}): {because}',
    changes: 'network',
    matter: 'commit',
    why: '{because}',
    ends: 'matter',
  },
  'commit.refused': {
    severity: 'warning',
    text: '{device} did not take what {by} wanted ({id}, {why}): {because}',
    who: 'said',
  },
  'commit.stuck': {
    severity: 'error',
    text: 'What {by} changed in {device} could not be taken back whole, and is tried again ({id}): {because}',
    matter: 'commit',
  },
  'attempt.refused': {
    severity: 'warning',
    text: '{by} was refused {count|time|times} at {device}, last for "{what}": {problem}',
    who: 'said',
    tried: 'in vain',
    why: '{problem}',
  },
} as const satisfies Record<string, EventKind>
