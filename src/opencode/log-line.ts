/** What `--print-logs` writes to stderr begins with a time and a level, in older versions the other way round. */
const LOG_LINE = /^(?:timestamp=\S+ level=[A-Z]+ |(?:DEBUG|INFO|WARN|ERROR) +\d{4}-)/

/**
 * A call to a provider that got no answer: nobody listens, no such name, a connection that broke. The words are the AI
 * SDK's; opencode makes another attempt after 2, 4, 8, 16 and 32 s, and says nothing of it elsewhere (1.18.33).
 */
const UNANSWERED = /stream error.*?(Cannot connect to API: (?:[^"\\]|\\.)*)/

/** Whether a line of stderr is one of opencode's log, and none for people. */
export function isLogLine(line: string): boolean {
  return LOG_LINE.test(line)
}

/** Why a call to a provider got no answer, if a line of the log says so. */
export function unansweredCall(line: string): string | undefined {
  const message = isLogLine(line) ? UNANSWERED.exec(line)?.[1] : undefined
  return message?.replace(/ \(cause: .*$/s, '')
}
