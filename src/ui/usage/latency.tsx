import { milliseconds, whole } from '../parts/format.ts'
import { ModelName, Panel } from '../parts/small.tsx'
import type { LatencyReport } from './report.ts'

export function Latency({ report }: { report: LatencyReport | undefined }) {
  const rows = (report?.data ?? []).filter(({ model }) => model !== '').slice(0, 8)
  return (
    <Panel title="First token">
      {rows.length === 0 ? (
        <p class="empty">Nothing yet.</p>
      ) : (
        <div class="table-frame" tabIndex={0} role="region" aria-label="First token by model">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Model</th>
                <th scope="col" class="number">
                  p50
                </th>
                <th scope="col" class="number">
                  p95
                </th>
                <th scope="col" class="number">
                  Answers
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ model, p50_ms, p95_ms, requests }) => (
                <tr key={model}>
                  <td>
                    <ModelName id={model} />
                  </td>
                  <td class="number">{milliseconds(p50_ms)}</td>
                  <td class="number">{milliseconds(p95_ms)}</td>
                  <td class="number muted">{whole(requests)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}
