import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escaped, logScale, path, scale, text } from '../../src/day/page/svg.ts'

test('a scale maps ends to ends, and one of powers of ten keeps what is beyond them at its ends', () => {
  assert.deepEqual([0, 5, 10].map(scale([0, 10], [100, 200])), [100, 150, 200])
  assert.deepEqual([0, 1, 10, 100, 5000].map(logScale([1, 100], [0, 20])), [0, 0, 10, 20, 20])
})

test('a path goes through its points, and is nothing without any', () => {
  assert.equal(
    path(
      [
        [1, 2],
        [3.456, 4],
      ],
      'link0',
    ),
    '<path class="link0" d="M1.0 2.0L3.5 4.0"/>',
  )
  assert.equal(path([], 'link0'), '')
})

test('attributes and escaped text end neither themselves nor their element', () => {
  assert.equal(
    text({ x: 1.25, class: '"><b>' }, escaped('a < b & "c"')),
    '<text x="1.3" class="&#34;&#62;&#60;b&#62;">a &#60; b &#38; &#34;c&#34;</text>',
  )
})
