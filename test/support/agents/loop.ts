/** Small agents that speak one client's format each, and send back exactly what a good client of it does. */

export interface AgentCall {
  id: string
  name: string
}

export interface AgentStep {
  calls: AgentCall[]
  text: string
}

/** One conversation in one format. */
export interface Agent {
  /** Where and what to ask now. */
  request(model: string, stream: boolean): { path: string; body: object }
  /** Takes an answer, whole or as the JSON of its server-sent events, into the history. */
  take(answer: any): AgentStep
  /** Answers the calls of the last step. */
  results(results: string[]): void
}

/** Runs the loop to its end, as long as it asks for tools. @returns the last text */
export async function runAgent(url: string, agent: Agent, model: string, stream: boolean): Promise<string> {
  for (let step = 0; step < 6; step++) {
    const { path, body } = agent.request(model, stream)
    const response = await fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    const text = await response.text()
    if (!response.ok) throw new Error(`step ${step + 1}: ${response.status} ${text}`)
    const { calls, text: said } = agent.take(stream ? events(text) : JSON.parse(text))
    if (calls.length === 0) return said
    agent.results(calls.map((call, index) => `${call.name} ${step}${index}`))
  }
  throw new Error('the loop does not end')
}

function events(text: string): unknown[] {
  return text.split('\n').flatMap((line) => (line.startsWith('data: ') && !line.startsWith('data: [DONE]') ? [JSON.parse(line.slice(6))] : []))
}
