import { now } from '../live/clock.ts'
import { attempt, live } from '../live/connection.ts'
import { sendJson } from '../live/api.ts'
import type { RunningRequest } from '../live/types.ts'
import { age, compact, milliseconds, NOTHING } from '../parts/format.ts'
import { Icon } from '../parts/icon.tsx'
import { ModelName, Panel } from '../parts/small.tsx'

export function RunningRequests() {
  const requests = live.requests.value ?? []
  return (
    <Panel title="Requests in flight" aside={<span class="count">{requests.length}</span>}>
      {requests.length === 0 ? (
        <p class="empty">
          Nothing is being asked. Point a tool at the bridge under <a href="#/connect">Connect</a>, or <a href="#/try">try</a> a model here.
        </p>
      ) : (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Requests in flight">
          <table class="table in-flight">
            <thead>
              <tr>
                <th scope="col">Age</th>
                <th scope="col">Model</th>
                <th scope="col">Client</th>
                <th scope="col">Format</th>
                <th scope="col">State</th>
                <th scope="col" class="number">
                  Tokens
                </th>
                <th scope="col" class="number">
                  Tok/s
                </th>
                <th scope="col">
                  <span class="hidden">Stop</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {requests.map((request) => (
                <Row key={request.id} request={request} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}

function Row({ request }: { request: RunningRequest }) {
  const { id, model, client, program, format, engine, lane, tokens, first_token_ms, tokens_per_second, failed_models } = request
  return (
    <tr data-request={id}>
      <td class="number age">{age(now.value - request.started_at)}</td>
      <td>
        <ModelName id={model} />
        {failed_models > 0 && <span class="tag warn">fallback {failed_models}</span>}
      </td>
      <td>
        {program || 'unknown'}
        {client && client !== 'open' && <span class="muted"> {client}</span>}
      </td>
      <td class="muted">{format ?? NOTHING}</td>
      <td>
        <State engine={engine} lane={lane} firstToken={first_token_ms} />
      </td>
      <td class="number">{compact(tokens)}</td>
      <td class="number">{tokens_per_second === null ? NOTHING : tokens_per_second.toFixed(1)}</td>
      <td class="action">
        <button
          type="button"
          class="button small danger"
          aria-label={`Stop the request ${id}`}
          onClick={() => void attempt(() => sendJson('DELETE', `/v1/daemon/requests/${encodeURIComponent(id)}`))}
        >
          <Icon name="stop" />
          Stop
        </button>
      </td>
    </tr>
  )
}

function State({ engine, lane, firstToken }: { engine: string | null; lane: string | null; firstToken: number | null }) {
  if (engine === null) return <span class="tag warn">waits for a place</span>
  if (firstToken === null) return <span class="tag">asked, {engine}</span>
  return (
    <span class="tag good" title={`First token after ${milliseconds(firstToken)}`}>
      {engine}, {lane}
    </span>
  )
}
