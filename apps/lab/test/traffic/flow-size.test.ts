import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultApplications, weightBetween } from '../../src/traffic/applications.ts'
import { drawFlowSize } from '../../src/traffic/flow-size.ts'
import { createRandom } from '../../src/random.ts'

const sizesOf = (name: string): readonly number[] => {
  const { size } = defaultApplications.find((application) => application.name === name)!
  const random = createRandom(name)
  return Array.from({ length: 10_000 }, () => drawFlowSize(size, random)).sort((a, b) => a - b)
}

describe('flow sizes', () => {
  for (const { name, size } of defaultApplications) {
    test(`of ${name} are whole octets, 1..${size.most}`, () => {
      const sizes = sizesOf(name)
      assert.ok(sizes.every((octets) => Number.isInteger(octets) && octets >= 1 && octets <= size.most))
    })
  }

  test('of https have their median where the table says', () => {
    const median = sizesOf('https')[5000]!
    assert.ok(Math.abs(median - 18_000) < 1500, `median ${median}`)
  })

  test('of quic fall off as a Pareto distribution does', () => {
    const sizes = sizesOf('quic')
    assert.ok(sizes[0]! >= 6000)
    const tenTimes = sizes.filter((octets) => octets > 60_000).length / sizes.length
    assert.ok(Math.abs(tenTimes - 10 ** -1.2) < 0.012, `${tenTimes} above ten times the least`)
  })

  test('are heavy-tailed: a tenth of the web flows carry more than half of the octets', () => {
    const sizes = sizesOf('https')
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
    assert.ok(sum(sizes.slice(-1000)) > sum(sizes) / 2)
  })
})

describe('applications', () => {
  test('have a port and protocol of their own', () => {
    const keys = defaultApplications.map(({ protocol, port }) => `${protocol} ${port}`)
    assert.equal(new Set(keys).size, keys.length)
  })

  test('send datagrams of at most 1,200 octets of payload', () => {
    for (const { name, protocol, payload } of defaultApplications)
      assert.ok(protocol === 'tcp' || payload.most <= 1200, name)
  })

  test('belong to certain pairs: video goes from the factory to the data centres only', () => {
    const video = defaultApplications.find(({ name }) => name === 'video-qc')!
    assert.ok(weightBetween(video, 'factory', 'dc-east') > 0)
    assert.equal(weightBetween(video, 'dc-east', 'factory'), 0)
    assert.equal(weightBetween(video, 'office', 'transit'), 0)
  })
})
