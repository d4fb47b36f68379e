import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createFlowBlock, type FlowBlock } from '@vagus/flow'
import { LiveBacklog, maxLiveBacklog } from '../../src/collector/live-backlog.ts'

function backlogOf(): { backlog: LiveBacklog; added: FlowBlock[]; recycled: FlowBlock[] } {
  const added: FlowBlock[] = []
  const recycled: FlowBlock[] = []
  const backlog = new LiveBacklog(
    (block) => added.push(block),
    (block) => recycled.push(block),
  )
  return { backlog, added, recycled }
}

function blockOf(rows: number): FlowBlock {
  const block = createFlowBlock(8)
  block.length = rows
  return block
}

describe('blocks that wait for the live window', () => {
  test('are taken in one a step, oldest first, and given back', () => {
    const { backlog, added, recycled } = backlogOf()
    const blocks = [blockOf(1), blockOf(2)]
    for (const block of blocks) backlog.push(block)
    assert.deepEqual([added.length, recycled.length], [0, 0])
    assert.deepEqual([backlog.step(), backlog.step(), backlog.step()], ['done', 'done', 'empty'])
    assert.deepEqual([added, recycled], [blocks, blocks])
    assert.equal(backlog.leftOut, 0)
  })

  test('are left out and counted by records beyond the limit, and what waits is still taken in', () => {
    const { backlog, added, recycled } = backlogOf()
    for (let i = 0; i < maxLiveBacklog + 3; i++) backlog.push(blockOf(2))
    assert.equal(backlog.leftOut, 6)
    assert.equal(recycled.length, 3)
    while (backlog.step() === 'done');
    assert.equal(added.length, maxLiveBacklog)
    assert.equal(recycled.length, maxLiveBacklog + 3)
  })

  test('are given back uncounted when their window is gone', () => {
    const { backlog, added, recycled } = backlogOf()
    for (let i = 0; i < 3; i++) backlog.push(blockOf(1))
    backlog.clear()
    assert.deepEqual([backlog.step(), added.length, recycled.length, backlog.leftOut], ['empty', 0, 3, 0])
  })
})
