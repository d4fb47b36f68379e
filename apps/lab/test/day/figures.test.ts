import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { figuresOf } from '../../src/day/figures.ts'
import { isWhole } from '../../src/day/report.ts'
import { valuesOf, valuesText, valueText } from '../../src/day/values.ts'
import { recorded } from './recorded.ts'

describe('values of several runs', () => {
  test('the median is the one in the middle, or the mean of two, and runs without the figure do not count', () => {
    assert.deepEqual(valuesOf([3, 1, 2]), { all: [3, 1, 2], median: 2, least: 1, most: 3 })
    assert.deepEqual(valuesOf([4, null, 1, undefined, 2, 10]), { all: [4, 1, 2, 10], median: 3, least: 1, most: 10 })
    assert.equal(valuesOf([null, undefined]), null)
    assert.equal(valuesOf([]), null)
  })

  test('they are read with their unit, and with the range where there is one', () => {
    assert.equal(valuesText(valuesOf([84]), 'time'), '84 ms')
    assert.equal(valuesText(valuesOf([84, 102, 71]), 'time'), '84 ms (71–102 ms)')
    assert.equal(valuesText(valuesOf([84, 2102, 71]), 'time'), '84 ms (71 ms – 2.10 s)')
    assert.equal(valuesText(valuesOf([0.961, 0.962]), 'share'), '96 %')
    assert.equal(valuesText(valuesOf([955, 1001, 960]), 'count'), '960 (955–1,001)')
    assert.equal(valuesText(valuesOf([0, 0]), 'count'), '0')
    assert.equal(valuesText(null, 'share'), '–')
    assert.deepEqual(
      [0, 0.004, 0.4007, 1].map((share) => valueText(share, 'share')),
      ['0 %', '0.4 %', '40 %', '100 %'],
    )
    assert.deepEqual(
      [0.149, 84.4, 999, 2207, 34_901].map((time) => valueText(time, 'time')),
      ['0.15 ms', '84 ms', '999 ms', '2.21 s', '34.9 s'],
    )
    assert.equal(valueText(983_025, 'count'), '983,025')
  })
})

describe('figures of a recorded run', () => {
  const { runs } = recorded()
  const [run] = runs
  const named = (what: string, from = runs) => figuresOf(from).find((figure) => figure.what === what)!

  test('they are those of the reports of its parts', () => {
    const { steer, roam, line, intruder } = run!
    assert.equal(named('packets lost in the surge').ours!.median, steer!.stretches.after.lost)
    assert.equal(named('packets lost in the surge').beside!.values!.median, steer!.stretches.noAction.lost)
    assert.equal(named('until the neighbour has the routes of before').ours!.median, steer!.killed!.routesAsBefore)
    assert.equal(named('events lost').beside!.values!.median, roam!.halves.https.lost)
    assert.equal(named('round trip under load, p99').ours!.median, line!.stretches.line.roundTrips.p99)
    assert.equal(named('attempts that got in').ours!.median, intruder!.gotIn)
  })

  test('an aim is met when every run meets it, and missed when one does not, or does not have the figure', () => {
    assert.deepEqual(named('events lost').aim, { text: '0', met: true })
    const { roam } = run!
    const { vagus } = roam!.halves
    const worse = { ...run!, roam: { ...roam!, halves: { ...roam!.halves, vagus: { ...vagus, lost: 1 } } } }
    assert.deepEqual(named('events lost', [run!, worse]).aim, { text: '0', met: false })
    assert.deepEqual(named('events lost', [run!, worse]).ours, { all: [0, 1], median: 0.5, least: 0, most: 1 })
    const never = { ...run!, steer: { ...run!.steer!, killed: { ...run!.steer!.killed!, routesAsBefore: null } } }
    const figure = named('until the neighbour has the routes of before', [run!, never])
    assert.deepEqual(figure.aim, { text: 'at most 9 s', met: false })
    assert.equal(figure.ours!.all.length, 1)
  })

  test('what is to be less than beside it is compared in each run by itself', () => {
    const { steer } = run!
    const { stretches } = steer!
    const worse = { ...run!, steer: { ...steer!, stretches: { ...stretches, after: stretches.noAction } } }
    assert.equal(named('packets lost in the surge').aim!.met, true)
    assert.equal(named('packets lost in the surge', [run!, worse]).aim!.met, false)
  })

  test('a part that did not run has figures without values, and says nothing about its aims', () => {
    const { intruder: _, ...others } = run!
    const figure = named('attempts that got in', [others])
    assert.deepEqual([figure.ours, figure.aim!.met], [null, null])
  })

  test('a day is whole when nothing failed and no aim was missed', () => {
    const day = { ...recorded(), failures: [], figures: figuresOf(runs).filter(({ aim }) => aim?.met !== false) }
    assert.equal(isWhole(day), true)
    assert.equal(isWhole({ ...day, failures: [{ run: 1, part: 'line', problem: 'no room' }] }), false)
    const [figure] = day.figures
    assert.equal(isWhole({ ...day, figures: [{ ...figure!, aim: { text: '0', met: false } }] }), false)
  })
})
