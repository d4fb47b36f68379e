/** Of boxes that join. @module */
import type { EventKind } from './event-kind.ts'

export const ofJoins = {
  'join.requested': {
    severity: 'warning',
    text: 'Box {serial} of {maker} asks to join, behind {from}; vagus join accept {serial}, or refuse',
    matter: 'serial',
  },
  'join.accepted': {
    severity: 'info',
    text: 'Box {serial} may join, as {device}',
    changes: 'rights',
    matter: 'serial',
    undo: 'vagus join revoke {serial}',
  },
  'join.refused': {
    severity: 'info',
    text: 'Box {serial} may not join',
    changes: 'rights',
    matter: 'serial',
    undo: 'vagus join accept {serial}',
    ends: 'matter',
  },
  'join.joined': {
    severity: 'info',
    text: 'Box {serial} has joined as {device}; its agent is {agent}',
    changes: 'rights',
    matter: 'serial',
    follows: 'join.accepted',
    undo: 'vagus join revoke {serial}',
  },
  'join.failed': {
    severity: 'warning',
    text: 'Box {serial} could not join: {problem}',
    matter: 'serial',
  },
  'join.revoked': {
    severity: 'warning',
    text: 'Box {serial} ({device}) is no member any more',
    changes: 'rights',
    matter: 'serial',
    undo: 'vagus join accept {serial}',
    ends: 'matter',
  },
} as const satisfies Record<string, EventKind>
