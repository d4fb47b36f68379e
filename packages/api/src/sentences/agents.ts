/** Of agents, their fleets, their addresses and their sessions. @module */
import type { EventKind } from './event-kind.ts'

export const ofAgents = {
  'agent.listed': { severity: 'info', text: '{agent} ({role}) has published itself, at {networks}' },
  'agent.forgotten': {
    severity: 'info',
    text: '{agent} ({role}) was taken off the list',
    changes: 'rights',
    undo: 'it publishes itself again',
  },
  'agent.quarantined': {
    severity: 'warning',
    text: '{agent} is put in quarantine by {owner}: {reason}',
    changes: 'rights',
    matter: 'agent',
    why: '{reason}',
    undo: 'vagus agent release {agent}',
  },
  'agent.released': {
    severity: 'info',
    text: '{agent} is released from quarantine by {owner} ({reason})',
    changes: 'rights',
    matter: 'agent',
    why: '{reason}',
    ends: 'matter',
  },
  'agent.twice': {
    severity: 'warning',
    text: 'Two processes in turn tell of the sessions of {agent}: two hosts have its key',
  },
  'agent.elsewhere': {
    severity: 'warning',
    text: '{peer} has a session with a holder of the key of {agent}, over {path}, of which {agent} does not tell: another program with --as {agent}, or a thief',
  },
  'agent.refused': {
    severity: 'warning',
    text: 'BGP from {address} refused ({count|connection|connections}): {problem}',
  },
  'roster.published': {
    severity: 'info',
    text: '{owner} published its roster {epoch}: {members|member|members}, {quarantined} in quarantine',
    changes: 'rights',
    undo: 'its owner publishes another: vagus roster publish',
  },
  'roster.forgotten': {
    severity: 'warning',
    text: 'The roster of {owner} was taken away',
    changes: 'rights',
    undo: 'its owner publishes it again: vagus roster publish',
  },
  'address.attached': {
    severity: 'info',
    text: '{address} is attached to {device} {interface}, by {nextHop}',
    changes: 'network',
  },
  'address.moved': {
    severity: 'info',
    text: '{address} has left {device} {interface}: it is attached elsewhere',
    changes: 'network',
  },
  'address.detached': {
    severity: 'info',
    text: '{address} has left {device} {interface}: its host wanted so',
    changes: 'network',
  },
  'address.lapsed': {
    severity: 'warning',
    text: '{address} is no longer at {device} {interface}: its host has not renewed it',
    changes: 'network',
  },
  'address.held': {
    severity: 'warning',
    text: '{address} moved too often, and is not attached to {device} {interface}; two hosts may have the key of {agent}',
  },
  'session.up': { severity: 'info', text: '{agent} has a session with {peer}, over {path}' },
  'session.moving': {
    severity: 'info',
    text: '{agent} tells {peer} that it is about to move to {to}; nothing may get through for {milliseconds}',
  },
  'session.moved': { severity: 'info', text: '{agent} reaches {peer} over {to}, no longer over {from}' },
  'session.gap': { severity: 'warning', text: '{agent} heard nothing from {peer} for {milliseconds}' },
  'session.over': { severity: 'info', text: 'The session of {agent} with {peer} has ended' },
} as const satisfies Record<string, EventKind>
