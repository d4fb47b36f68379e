import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LinkRates } from '../src/index.ts'

/** How many of `count` datagrams of a link are looked at. */
const looked = (rates: LinkRates, link: number, count: number, now: number): number =>
  Array.from({ length: count }, () => rates.admits(link, now)).filter((isIn) => isIn).length

describe('of the datagrams of a link', () => {
  test('200 are looked at at once, and then 100 a second', () => {
    const rates = new LinkRates()
    assert.equal(looked(rates, 1, 500, 0), 200)
    assert.equal(looked(rates, 1, 500, 500), 50)
    assert.equal(looked(rates, 1, 500, 1_000_000), 200)
    assert.equal(rates.dropped, 300 + 450 + 300)
  })

  test('a flood costs other links nothing', () => {
    const rates = new LinkRates()
    looked(rates, 1, 10_000, 0)
    assert.equal(looked(rates, 2, 200, 0), 200)
  })

  test('a clock that goes back gives and takes nothing', () => {
    const rates = new LinkRates()
    looked(rates, 1, 200, 1000)
    assert.equal(looked(rates, 1, 10, 0), 0)
  })

  test('nothing is kept once a link was quiet for two seconds, and no flood ends with that', () => {
    const rates = new LinkRates()
    for (let link = 1; link <= 1000; link++) looked(rates, link, 1, 0)
    looked(rates, 1, 500, 0)
    rates.expire(1900)
    assert.equal(rates.size, 1)
    assert.equal(looked(rates, 1, 500, 1900), 190)
    rates.expire(3900)
    assert.equal(rates.size, 0)
  })
})
