import assert from 'node:assert/strict'
import { test } from 'node:test'
import { energyOf } from '../src/energy-option.ts'
import { Failure } from '../src/failure.ts'
import { radioText } from '../src/session/session-text.ts'

test('--energy names networks, how their radios sleep, and how often they keep alive', () => {
  assert.equal(energyOf([]), undefined)
  assert.deepEqual(energyOf(['battery']), { '*': { access: 'battery' } })
  const several = energyOf(['wifi', '10.45.0.0/16=lte/100s', 'fd00::/8=5g'])
  assert.deepEqual(Object.entries(several!), [
    ['10.45.0.0/16', { access: 'lte', beat: 100_000 }],
    ['fd00::/8', { access: '5g' }],
    ['*', { access: 'wifi' }], // what is named counts first
  ])
})

for (const [words, says] of [
  [['gprs'], /takes battery, wifi, lte, 5g, geo, NETWORK=NAME or NAME\/SECONDSs, got "gprs"/],
  [['wlan0='], /got "wlan0="/],
  [['=wifi'], /got "=wifi"/],
  [['a=b=lte'], /got "a=b=lte"/],
  [['lte/100'], /got "lte\/100"/],
  [['lte/101s'], /the beat of "lte\/101s" must be 5s to 100s/],
  [['wlan0=wifi', 'wlan0=lte'], /names wlan0 twice/],
  [['wifi', 'lte'], /names two for all networks/],
] as const)
  test(`--energy ${words.join(',')} is refused`, () => {
    assert.throws(
      () => energyOf(words),
      (error) => error instanceof Failure && says.test(error.message),
    )
  })

test('what a radio took is said by the hour, once a minute has passed', () => {
  const radio = { network: 'wlan0', access: 'wifi', seconds: 1800, wakes: 84, joules: 4.8 }
  assert.equal(
    radioText({ ...radio, atOnce: { wakes: 1077, joules: 42.7 } }),
    'wlan0 as wifi: 168 wakes/h, 9.6 J/h; at once 2154 wakes/h, 85.4 J/h',
  )
  assert.equal(
    radioText({ ...radio, seconds: 59, atOnce: { wakes: 0, joules: 0 } }),
    'wlan0 as wifi: figures after a minute',
  )
})
