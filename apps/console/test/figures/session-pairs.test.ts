import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Session } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import { sessionPairsOf } from '../../src/figures/session-pairs.ts'
import { idOf, pathTo, told } from '../session-maker.ts'

const namesOf = (sessions: readonly Session[]): string[] =>
  sessionPairsOf(sessions).map(({ initiator, responder }) => `${initiator.name} ${responder.name}`)

describe('sessions', () => {
  test('are in the order of names, numbers by their value; who is not on the list goes by its id', () => {
    const stranger = { ...told('x', 'agv-2'), agent: { name: null, id: 'did:key:z6MkStranger' } }
    assert.deepEqual(namesOf([stranger, told('agv-10', 'b'), told('agv-9', 'c'), told('agv-9', 'b')]), [
      'agv-9 b',
      'agv-9 c',
      'agv-10 b',
      'null agv-2',
    ])
  })
  test('with a relay say so where the relay is on no list', () => {
    const nameless = { name: null, id: idOf('gate') }
    const registered = { ...told('reader', 'gate'), peer: nameless }
    const through = told('reader', 'writer', { paths: [pathTo(`relay://${nameless.id}/h-1`, { kind: 'relay' })] })
    assert.deepEqual(namesOf([registered]), ['reader null'], 'nothing tells that it is one')
    assert.deepEqual(namesOf([registered, through]), [`reader relay ${shortId(nameless.id)}`, 'reader writer'])
    assert.deepEqual(namesOf([told('reader', 'gate'), through]), ['reader gate', 'reader writer'], 'by its name')
  })
})
