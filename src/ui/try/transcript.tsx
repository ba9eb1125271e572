import { useEffect, useRef } from 'preact/hooks'
import { compact, milliseconds, money } from '../parts/format.ts'
import { chat, type Lane } from './chat.ts'
import type { Turn } from './turns.ts'

export function Transcript({ lane, names, number }: { lane: Lane; names: readonly string[]; number: number }) {
  const list = useRef<HTMLDivElement>(null)
  const turns = lane.turns.value
  useEffect(() => {
    const element = list.current
    // Whoever has scrolled up reads.
    if (element && element.scrollHeight - element.scrollTop - element.clientHeight < 160) element.scrollTop = element.scrollHeight
  }, [turns])
  return (
    <section class="transcript" aria-label={`Conversation ${number}`}>
      <header class="transcript-head">
        <label class="field inline">
          <span class="hidden">Model {number}</span>
          <select value={lane.model.value} onChange={(event) => (lane.model.value = event.currentTarget.value)}>
            {(names.includes(lane.model.value) ? names : [lane.model.value, ...names]).map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </header>
      <div class="turns" ref={list} role="log" aria-label={`Answers of model ${number}`} tabIndex={0}>
        {turns.length === 0 ? (
          <p class="empty">Say something. It goes the same way as any client’s request.</p>
        ) : (
          turns.map((turn, index) => <TurnView key={index} turn={turn} writing={chat.running.value > 0 && index === turns.length - 1} />)
        )}
      </div>
    </section>
  )
}

function TurnView({ turn, writing }: { turn: Turn; writing: boolean }) {
  const { role, text, images, reasoning, calls, error, facts } = turn
  return (
    <article class={`turn ${role}`} aria-busy={writing && role === 'assistant'}>
      {images.length > 0 && (
        <div class="turn-images">
          {images.map((image, index) => (
            <img key={index} src={image} alt={`Attached, ${index + 1}`} />
          ))}
        </div>
      )}
      {reasoning !== '' && (
        <details class="reasoning">
          <summary>Reasoning</summary>
          <p>{reasoning}</p>
        </details>
      )}
      {calls.map(({ id, name, arguments: given }) => (
        <div class="tool-call" key={id}>
          <span class="tag">{name}</span>
          <code>{given}</code>
        </div>
      ))}
      {(text !== '' || writing) && (
        <p class="turn-text">
          {text}
          {writing && role === 'assistant' && <span class="caret" aria-hidden="true" />}
        </p>
      )}
      {error !== '' && (
        <p class="turn-error" role="alert">
          {error}
        </p>
      )}
      {facts.duration !== undefined && <p class="turn-facts">{tell(turn)}</p>}
      {facts.ignored && <p class="turn-facts">Ignored: {facts.ignored}</p>}
    </article>
  )
}

function tell({ facts: { firstToken, duration, inputTokens, outputTokens, cost, lane, engine } }: Turn): string {
  const seconds = duration !== undefined && firstToken !== undefined ? (duration - firstToken) / 1000 : 0
  return [
    firstToken !== undefined && `first token ${milliseconds(firstToken)}`,
    inputTokens !== undefined && `${compact(inputTokens)} in`,
    outputTokens !== undefined && `${compact(outputTokens)} out`,
    outputTokens !== undefined && seconds > 0 && `${(outputTokens / seconds).toFixed(1)} tok/s`,
    cost !== undefined && money(cost),
    lane,
    engine,
  ]
    .filter(Boolean)
    .join(' · ')
}
