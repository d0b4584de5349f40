import { describe, expect, test } from 'vitest'
import { changesOf, chartSteps } from './chart-steps'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 8, minute)).toISOString()

describe('chartSteps', () => {
  test('steps are in the order of time and keep every atomic unit', () => {
    const { steps } = chartSteps([
      { at: at(2), balance: '9007199254740993000001' },
      { at: at(1), balance: '1' },
    ])
    expect(steps.map(({ balance }) => balance)).toEqual([1n, 9007199254740993000001n])
    expect(steps[0]?.height).toBe(0.000001)
  })

  test('of two points of one moment the later holds', () => {
    const { steps, last } = chartSteps([
      { at: at(1), balance: '5' },
      { at: at(1), balance: '7' },
    ])
    expect(steps).toHaveLength(1)
    expect(last).toBe(7n)
  })

  test('names where the balance began, ended, and its bounds', () => {
    const points = ['5', '0', '9', '4'].map((balance, minute) => ({ at: at(minute), balance }))
    expect(chartSteps(points)).toMatchObject({
      first: 5n,
      last: 4n,
      lowest: 0n,
      highest: 9n,
      isAllZero: false,
    })
  })

  test('a pool that held nothing is all zero', () => {
    expect(chartSteps([{ at: at(1), balance: '0' }]).isAllZero).toBe(true)
    expect(chartSteps([]).isAllZero).toBe(true)
  })
})

describe('changesOf', () => {
  test('only the moments where the balance changed, newest first', () => {
    const { steps } = chartSteps(
      ['0', '5', '5', '3', '3'].map((balance, minute) => ({ at: at(minute), balance })),
    )
    expect(changesOf(steps).map(({ balance }) => balance)).toEqual([3n, 5n, 0n])
  })
})
