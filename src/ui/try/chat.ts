import { batch, type Signal, signal } from '@preact/signals'
import { messageOf } from '../live/api.ts'
import { streamAnswer } from './stream-answer.ts'
import { answerTurn, bodyOf, type ChatSettings, type Turn, userTurn } from './turns.ts'

/** A conversation with one model. */
export interface Lane {
  model: Signal<string>
  turns: Signal<readonly Turn[]>
}

/** What is tried, for as long as the page is open: a look at another section loses nothing. */
export const chat = {
  lanes: [newLane(), newLane()] as const,
  sideBySide: signal(false),
  system: signal(''),
  temperature: signal(''),
  maxTokens: signal(''),
  tools: signal(''),
  draft: signal(''),
  images: signal<readonly string[]>([]),
  /** Answers that are being written. */
  running: signal(0),
}

let current = new AbortController()

function newLane(): Lane {
  return { model: signal(''), turns: signal([]) }
}

export function lanesShown(): readonly Lane[] {
  return chat.sideBySide.value ? chat.lanes : chat.lanes.slice(0, 1)
}

export function settingsOf({ model }: Lane): ChatSettings {
  const { system, temperature, maxTokens, tools } = chat
  return { model: model.value, system: system.value, temperature: temperature.value, maxTokens: maxTokens.value, tools: tools.value }
}

/** Sends the draft to each model that is shown. */
export async function send(): Promise<void> {
  const text = chat.draft.value.trim()
  if (text === '' || chat.running.value > 0) return
  current = new AbortController()
  const turn = userTurn(text, chat.images.value)
  const lanes = lanesShown()
  batch(() => {
    chat.draft.value = ''
    chat.images.value = []
    chat.running.value = lanes.length
    for (const { turns } of lanes) turns.value = [...turns.value, turn, answerTurn()]
  })
  await Promise.all(lanes.map((lane) => answer(lane, current.signal)))
}

async function answer(lane: Lane, signal: AbortSignal): Promise<void> {
  const change = (turn: Turn) => (lane.turns.value = [...lane.turns.value.slice(0, -1), turn])
  try {
    await streamAnswer(bodyOf(settingsOf(lane), lane.turns.value.slice(0, -1)), change, signal)
  } catch (error) {
    change({ ...lane.turns.value.at(-1)!, error: signal.aborted ? 'Stopped.' : messageOf(error) })
  } finally {
    chat.running.value--
  }
}

export function stop(): void {
  current.abort()
}

export function clear(): void {
  stop()
  for (const { turns } of chat.lanes) turns.value = []
}
