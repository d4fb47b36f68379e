import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configSchema } from '@vagus/api'
import { createDirectory } from '../../src/domain/directory.ts'
import { bordersOf } from '../../src/steering/borders.ts'
import { borderConfig } from './border-config.ts'

const borders = (change: (config: ReturnType<typeof borderConfig>) => object) =>
  bordersOf(createDirectory(configSchema.parse(change(borderConfig()))))

describe('a border', () => {
  test('is the links between interfaces of devices and one neighbour, whichever end is named first', () => {
    const [border, ...others] = borders((config) => config)
    assert.equal(others.length, 0)
    assert.deepEqual([border?.neighbour, border?.as], ['transit', 64_999])
    assert.deepEqual(
      border?.links.map(({ name, capacity, end }) => [name, capacity, end.device.name, end.interface, end.direction]),
      [
        ['tr-1', 100e6, 'pe-1', 'eth0', 'a-to-z'],
        ['tr-2', 100e6, 'pe-2', 'eth0', 'z-to-a'],
      ],
    )
  })
  test('is none with one link, or with a link whose interface is not known', () => {
    assert.deepEqual(
      borders((config) => ({ ...config, links: config.links.slice(1) })),
      [],
    )
    const links = borderConfig().links.map((link) => (link.name === 'tr-1' ? { ...link, a: { node: 'pe-1' } } : link))
    assert.deepEqual(
      borders((config) => ({ ...config, links })),
      [],
    )
  })
  test('is none with a site of ours', () => {
    const sites = borderConfig().sites.map((site) => ({ ...site, kind: 'site' as const }))
    assert.deepEqual(
      borders((config) => ({ ...config, sites })),
      [],
    )
  })
})
