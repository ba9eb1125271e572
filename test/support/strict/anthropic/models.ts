/** What a Claude model takes, read from its name as the documentation orders them by generation. */
export interface ClaudeTraits {
  /** From 4.7 on: no `thinking.type: enabled`, no sampling parameters, thinking left out of the answer unless asked for. */
  adaptiveOnly: boolean
  /** From 5 on: it thinks unless that is disabled. */
  thinksByDefault: boolean
  /** From 5.1 on: a thinking block is bound to the conversation before it. */
  bound: boolean
  /**
   * From 4.8 on: a message of the role `system` behind one of the user's.
   * https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
   */
  takesSystemMessages: boolean
}

/** https://platform.claude.com/docs/en/build-with-claude/thinking */
export function traitsOf(model: string): ClaudeTraits {
  const [, major = '4', minor = '5'] = /claude-[a-z]+-(\d)(?:[.-](\d)(?!\d))?/.exec(model) ?? []
  const version = Number(major) + Number(minor) / 10
  return { adaptiveOnly: version >= 4.7, thinksByDefault: version >= 5, bound: version >= 5.1, takesSystemMessages: version >= 4.8 }
}
