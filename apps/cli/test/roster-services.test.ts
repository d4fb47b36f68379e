import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Failure } from '../src/failure.ts'
import { noPaint } from '../src/paint.ts'
import { servicesText, withoutService, withService } from '../src/roster/services.ts'

describe('services of a roster', () => {
  const first = withService({}, { role: 'planner' }, 'control')
  test('are set for one kind of calls, and leave others as they are', () => {
    const both = withService({ services: first }, { role: 'planner', tool: 'stop' }, 'safety')
    assert.deepEqual(both, [
      { role: 'planner', service: 'control' },
      { role: 'planner', tool: 'stop', service: 'safety' },
    ])
    assert.deepEqual(withService({ services: both }, { role: 'planner' }, 'bulk'), [
      both[1],
      { role: 'planner', service: 'bulk' },
    ])
    assert.deepEqual(withoutService({ services: both }, { role: 'planner', tool: 'stop' }), first)
  })
  test('that are not there cannot be taken out', () => {
    assert.throws(
      () => withoutService({ services: first }, { role: 'planner', tool: 'stop' }),
      (error) => error instanceof Failure && /gives no service to planner for tool stop/.test(error.message),
    )
  })
  test('are shown with what they mean, also those of later versions', () => {
    const later = { role: 'watch', service: 'safety', others: { hours: ['22'] } }
    assert.equal(
      servicesText(
        { services: [...first, { role: 'crawler', service: 'bulk' }, { role: 'a', service: 'later' }, later] },
        100,
        noPaint,
      ),
      `CALLS OF  SERVICE  MEANS
planner   control  within 30 ms, DSCP 40
crawler   bulk     no deadline, DSCP 1
a         later    not known here: counts as call
watch     safety   not applied: hours is not understood here`,
    )
    assert.match(servicesText({}, 100, noPaint), /no role gets a service of its own/)
  })
})
