/** Who approved or ended something, as events and pages say it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Actor, operator } from '@vagus/api/actor'
import { approverText } from '@vagus/api/proposal-words'
import { endedEvent } from '../../../src/steering/approval/approval-events.ts'

const held = { proposal: 'transit-1', neighbour: 'transit' }
const ada: Actor = { kind: 'operator', id: 'https://id.example#ada', name: 'Ada Lovelace <ada@example.com>' }
const glass: Actor = { ...operator, name: 'operator.key' }

describe('the end of an approval', () => {
  test('names the person, the key of the host, or the operator of ever', () => {
    const by = (approver?: Actor) => {
      const { fields, by: actor } = endedEvent(held, { by: 'operator', ...(approver && { approver }) }, 'it was enough')
      return [fields['by'], actor]
    }
    assert.deepEqual(by(ada), ['Ada Lovelace <ada@example.com>', ada])
    assert.deepEqual(by(glass), ['operator (operator.key)', glass])
    assert.deepEqual(by(), ['the operator', operator])
    assert.equal(approverText({ by: 'operator', approver: ada }), 'Ada Lovelace <ada@example.com>')
  })
  test('by nobody has nobody', () => assert.equal(endedEvent(held, undefined, 'its time was over').by, undefined))
})
