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
  /** The user speaks. */
  say(text: string): void
}

/** Runs the loop to its end, as long as it asks for tools. @returns the last text */
export async function runAgent(url: string, agent: Agent, model: string, stream: boolean, headers?: Record<string, string>): Promise<string> {
  for (let step = 0; step < 6; step++) {
    const { calls, text } = await runStep(url, agent, model, { stream, ...(headers && { headers }) })
    if (calls.length === 0) return text
  }
  throw new Error('the loop does not end')
}

export interface StepOptions {
  stream: boolean
  headers?: Record<string, string>
  /** Of each tool that was called. */
  result?: (name: string, index: number) => string
}

/** Asks once, and answers the calls that come. */
export async function runStep(
  url: string,
  agent: Agent,
  model: string,
  { stream, headers, result = (name, index) => `${name} ${index}` }: StepOptions,
): Promise<AgentStep & { response: Response }> {
  const { path, body } = agent.request(model, stream)
  const response = await fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${text}`)
  const step = agent.take(stream ? events(text) : JSON.parse(text))
  if (step.calls.length > 0) agent.results(step.calls.map(({ name }, index) => result(name, index)))
  return { ...step, response }
}

function events(text: string): unknown[] {
  return text.split('\n').flatMap((line) => (line.startsWith('data: ') && !line.startsWith('data: [DONE]') ? [JSON.parse(line.slice(6))] : []))
}
