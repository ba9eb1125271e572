import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { compact, day, money } from '../parts/format.ts'
import { colour, palette } from '../shell/theme.ts'
import type { Measure, UsageReport } from './report.ts'
import { type Stacks, stackDays } from './stacks.ts'

const HEIGHT = 220
const COLOURS = ['chart-1', 'chart-2', 'chart-3', 'chart-4', 'chart-5', 'chart-6'] as const

/** A bar for each day, in layers by model. The same numbers are in the breakdowns, for who cannot see it. */
export function DayChart({ report, measure }: { report: UsageReport; measure: Measure }) {
  const frame = useRef<HTMLDivElement>(null)
  const painted = palette.value
  const stacks = stackDays(report, measure)
  useEffect(() => {
    const element = frame.current
    if (!element || stacks.days.length === 0) return undefined
    const chart = new uPlot(optionsOf(stacks, measure, element.clientWidth), dataOf(stacks), element)
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.destroy()
    }
  }, [report, measure, painted])
  if (stacks.days.length === 0) return <p class="empty">Nothing was asked in this time.</p>
  return (
    <>
      <div class="chart" ref={frame} role="img" aria-label={`${measure} by day and model, from ${report.data[0]?.day} to ${report.data.at(-1)?.day}`} />
      <ul class="legend">
        {stacks.layers.map(({ name }, index) => (
          <li key={name}>
            <span class={`legend-dot ${COLOURS[index]}`} aria-hidden="true" />
            {name || 'no model'}
          </li>
        ))}
      </ul>
    </>
  )
}

/** Each layer reaches from the ground to its top; the highest is painted first. */
function dataOf({ days, layers }: Stacks): uPlot.AlignedData {
  const tops: number[][] = []
  for (const [index, { values }] of layers.entries()) tops.push(values.map((value, at) => value + (tops[index - 1]?.[at] ?? 0)))
  return [days.map((_, index) => index), ...tops.toReversed()]
}

function optionsOf({ days, layers }: Stacks, measure: Measure, width: number): uPlot.Options {
  const bars = uPlot.paths.bars!({ size: [0.7, 36], radius: 0.12 })
  const axis = { stroke: colour('text-3'), font: '11px system-ui', ticks: { show: false } }
  const told = (value: number) => (measure === 'cost' ? money(String(value)) : compact(value))
  return {
    width,
    height: HEIGHT,
    padding: [12, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { time: false, range: [-0.6, days.length - 0.4] }, y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] } },
    axes: [
      { ...axis, size: 28, grid: { show: false }, values: (_plot, at) => at.map((index) => (Number.isInteger(index) && days[index] ? day(days[index]) : '')) },
      { ...axis, size: 60, grid: { stroke: colour('line'), width: 1 }, values: (_plot, at) => at.map(told) },
    ],
    series: [
      {},
      ...layers
        .toReversed()
        .map(({ name }, index) => ({ label: name, fill: colour(COLOURS[layers.length - 1 - index]!), width: 0, paths: bars, points: { show: false } })),
    ],
  }
}
