import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Metering, way } from '../src/metering.ts'

describe('how an interface is metered', () => {
  test('is unknown before the first record', () => {
    assert.equal(new Metering(1).metersItself(0, way.in), false)
  })

  test('one odd record does not outweigh all records that were made elsewhere', () => {
    const metering = new Metering(1)
    for (let i = 0; i < 1000; i++) metering.learn(-1, 0, 'entry')
    metering.made(0, way.out)
    assert.equal(metering.metersItself(0, way.out), false)
  })

  test('an interface meters itself even if records of another name it as often', () => {
    const metering = new Metering(1)
    for (let i = 0; i < 100_000; i++) {
      metering.made(0, way.in)
      metering.learn(0, -1, 'exit')
    }
    assert.equal(metering.metersItself(0, way.in), true)
    assert.equal(metering.metersItself(0, way.out), false)
  })

  test('is relearned a few thousand records after a router stops metering there', () => {
    const metering = new Metering(2)
    for (let i = 0; i < 100_000; i++) metering.made(1, way.out)
    for (let i = 0; i < 20_000; i++) metering.learn(-1, 1, 'entry')
    assert.equal(metering.metersItself(1, way.out), false)
  })
})
